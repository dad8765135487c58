package headway

// GalleryPlaybook is a playbook to start with.
type GalleryPlaybook struct {
	Key, Name string
	About     string // for whom it is, in one sentence
	Playbook  func(environments []Environment) Playbook
}

// PlaybookGallery lists the playbooks that a programme can start with, the
// ordinary one first.
func PlaybookGallery() []GalleryPlaybook {
	return []GalleryPlaybook{
		{"ordinary", "Ordinary release", "Full regression and load test on the finished whole, data work when the schema changes: about a week for the operations team.", DefaultPlaybook},
		{"lean", "Lean", "For a small application whose regression runs by itself: install, check, deploy, watch.", leanPlaybook},
		{"data-heavy", "Much data", "For large databases: a masked copy of production, a rehearsed migration with rollback, reconciliation after the deployment.", dataPlaybook},
	}
}

// leanPlaybook is for applications whose tests run without people.
func leanPlaybook(environments []Environment) Playbook {
	env := firstOf(environments, EnvStaging, EnvTest)
	hours := func(h float64) Estimate { return Estimate{Hours: h} }
	return Playbook{Activities: []PlaybookActivity{
		{Key: "review", Title: "Read notes and known issues", Kind: KindReview, Skill: SkillReleaseManager, People: 1, Estimate: hours(0.5)},
		{Key: "install", Title: "Install on the proving environment", Kind: KindInstall, Skill: SkillAppServer, People: 1, Estimate: hours(1), After: []string{"review"}, Environment: env, RerunOnFix: true},
		{
			Key: "migrate-data", Title: "Try the schema migration", Kind: KindData, Skill: SkillDBA, People: 1, Estimate: Estimate{Hours: 1, PerFact: map[string]float64{"data-gb": 0.01}},
			After: []string{"install"}, Environment: env, When: "schema-migration", RerunOnFix: true,
		},
		{Key: "regression", Title: "Run the regression and look at what failed", Kind: KindRegression, Skill: SkillQA, People: 1, Estimate: hours(3), After: []string{"install", "migrate-data"}, Environment: env, RerunOnFix: true},
		{Key: "go-no-go", Title: "Prepare the go/no-go", Kind: KindGoNoGo, Skill: SkillReleaseManager, People: 1, Estimate: hours(0.5), After: []string{"regression"}, RerunOnFix: true},
		{Key: "deploy", Title: "Deploy to production", Kind: KindDeployment, Skill: SkillAppServer, People: 1, Estimate: hours(1), After: []string{"go-no-go"}, InWindow: true},
		{Key: "watch", Title: "Watch production after the deployment", Kind: KindSupport, Skill: SkillSupport, People: 1, Estimate: hours(2), After: []string{"deploy"}},
	}}
}

// dataPlaybook is for releases whose risk lies in their data.
func dataPlaybook(environments []Environment) Playbook {
	staging, test, load := firstOf(environments, EnvStaging, EnvTest), firstOf(environments, EnvTest, EnvStaging), firstOf(environments, EnvLoad, EnvStaging)
	hours := func(h float64) Estimate { return Estimate{Hours: h} }
	perGB := func(h, each float64) Estimate {
		return Estimate{Hours: h, PerFact: map[string]float64{"data-gb": each}}
	}
	return Playbook{Activities: []PlaybookActivity{
		{Key: "review", Title: "Read notes, facts and known issues", Kind: KindReview, Skill: SkillReleaseManager, People: 1, Estimate: hours(2)},
		{Key: "review-migration", Title: "Review the migration", Kind: KindReview, Skill: SkillDBA, People: 1, Estimate: hours(4), After: []string{"review"}, When: "schema-migration"},
		{Key: "refresh", Title: "Refresh the copy of production and mask it", Kind: KindData, Skill: SkillDBA, People: 1, Estimate: perGB(3, 0.03), After: []string{"review"}, Environment: staging},
		{Key: "install", Title: "Install on the proving environment", Kind: KindInstall, Skill: SkillAppServer, People: 1, Estimate: hours(2), After: []string{"refresh"}, Environment: staging, RerunOnFix: true},
		{
			Key: "migrate-data", Title: "Rehearse the migration and its way back", Kind: KindData, Skill: SkillDBA, People: 1, Estimate: perGB(4, 0.02),
			After: []string{"install", "review-migration"}, Environment: staging, When: "schema-migration", RerunOnFix: true,
		},
		{Key: "reconcile", Title: "Reconcile the migrated data", Kind: KindData, Skill: SkillQA, People: 1, Estimate: perGB(2, 0.005), After: []string{"migrate-data"}, Environment: staging, When: "schema-migration", RerunOnFix: true},
		{Key: "regression", Title: "Full regression", Kind: KindRegression, Skill: SkillQA, People: 2, Estimate: Estimate{Hours: 12, PerFact: map[string]float64{"manual-cases": 0.1}}, After: []string{"install", "migrate-data"}, Environment: test, RerunOnFix: true},
		{Key: "load-test", Title: "Load test on production's volume", Kind: KindLoadTest, Skill: SkillQA, People: 1, Estimate: hours(8), After: []string{"install", "migrate-data"}, Environment: load, When: "!no-load-test", RerunOnFix: true},
		{Key: "support-briefing", Title: "Brief production support", Kind: KindSupport, Skill: SkillSupport, People: 1, Estimate: hours(2), After: []string{"review"}},
		{Key: "go-no-go", Title: "Prepare the go/no-go", Kind: KindGoNoGo, Skill: SkillReleaseManager, People: 1, Estimate: hours(1), After: []string{"regression", "load-test", "reconcile", "support-briefing"}, RerunOnFix: true},
		{Key: "deploy", Title: "Deploy to production", Kind: KindDeployment, Skill: SkillAppServer, People: 1, Estimate: hours(3), After: []string{"go-no-go"}, InWindow: true},
		{Key: "verify-data", Title: "Reconcile production's data", Kind: KindData, Skill: SkillDBA, People: 1, Estimate: perGB(1, 0.005), After: []string{"deploy"}, When: "schema-migration"},
		{Key: "watch", Title: "Watch production after the deployment", Kind: KindSupport, Skill: SkillSupport, People: 1, Estimate: hours(6), After: []string{"deploy"}},
	}}
}

// firstOf gives the key of the first environment of the first kind that there is.
func firstOf(environments []Environment, kinds ...EnvironmentKind) string {
	for _, k := range kinds {
		for _, e := range environments {
			if e.Kind == k {
				return e.Key
			}
		}
	}
	return ""
}
