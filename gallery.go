package headway

// The gallery holds rules to start with: what a programme gets that names none
// of its own. They follow the model: two weeks between sprint and production,
// a full regression and a load test on the finished whole, data work by a
// database administrator when the candidate declares that its schema changes.

// DefaultPlaybook gives the operations work of an ordinary release. Activities
// occupy the first of the environments of the kind they need, if there is one.
func DefaultPlaybook(environments []Environment) Playbook {
	staging, test, load := firstOf(environments, EnvStaging, EnvTest), firstOf(environments, EnvTest, EnvStaging), firstOf(environments, EnvLoad, EnvStaging)
	hours := func(h float64) Estimate { return Estimate{Hours: h} }
	sized := func(h float64, fact string, each float64) Estimate {
		return Estimate{Hours: h, PerFact: map[string]float64{fact: each}}
	}
	return Playbook{Activities: []PlaybookActivity{
		{Key: "review", Title: "Read notes, facts and known issues", Kind: KindReview, Skill: SkillReleaseManager, People: 1, Estimate: hours(2)},
		{
			Key: "restore-data", Title: "Restore production data", Kind: KindData, Skill: SkillDBA, People: 1, Estimate: sized(2, "data-gb", 0.02),
			After: []string{"review"}, Environment: staging, When: "data-gb > 0",
		},
		{
			Key: "install", Title: "Install on the proving environment", Kind: KindInstall, Skill: SkillAppServer, People: 1, Estimate: hours(2),
			After: []string{"review", "restore-data"}, Environment: staging, RerunOnFix: true,
		},
		{
			Key: "migrate-data", Title: "Rehearse the schema migration", Kind: KindData, Skill: SkillDBA, People: 1, Estimate: sized(3, "data-gb", 0.01),
			After: []string{"install"}, Environment: staging, When: "schema-migration", RerunOnFix: true,
		},
		{
			Key: "regression", Title: "Full regression", Kind: KindRegression, Skill: SkillQA, People: 2, Estimate: sized(12, "manual-cases", 0.1),
			After: []string{"install", "migrate-data"}, Environment: test, RerunOnFix: true,
		},
		{
			Key: "load-test", Title: "Load test against the last release", Kind: KindLoadTest, Skill: SkillQA, People: 1, Estimate: hours(6),
			After: []string{"install", "migrate-data"}, Environment: load, When: "!no-load-test", RerunOnFix: true,
		},
		{Key: "support-briefing", Title: "Brief production support", Kind: KindSupport, Skill: SkillSupport, People: 1, Estimate: hours(2), After: []string{"review"}},
		{
			Key: "rehearsal", Title: "Rehearse deployment and rollback", Kind: KindInstall, Skill: SkillAppServer, People: 1, Estimate: hours(3),
			After: []string{"regression"}, Environment: staging, When: "schema-migration",
		},
		{
			Key: "go-no-go", Title: "Prepare the go/no-go", Kind: KindGoNoGo, Skill: SkillReleaseManager, People: 1, Estimate: hours(1),
			After: []string{"regression", "load-test", "support-briefing", "rehearsal"}, RerunOnFix: true,
		},
		{
			Key: "deploy", Title: "Deploy to production", Kind: KindDeployment, Skill: SkillAppServer, People: 1, Estimate: hours(2),
			After: []string{"go-no-go"}, InWindow: true,
		},
		{Key: "watch", Title: "Watch production after the deployment", Kind: KindSupport, Skill: SkillSupport, People: 1, Estimate: hours(4), After: []string{"deploy"}},
	}}
}

// DefaultGate gives the rules between shelf and production of an ordinary
// programme: two people, one from the product and one from operations.
func DefaultGate() Gate {
	both := []Role{ProductOwner, ReleaseManager}
	return Gate{
		Criteria: []Criterion{
			{Key: "regression", Title: "Regression passed", Kind: CriterionRegression, WaivedBy: both},
			{Key: "load", Title: "Load test held its limits", Kind: CriterionLoad, Expr: []string{"error_rate < 1%"}, When: "!no-load-test", WaivedBy: both},
			{Key: "defects", Title: "No open blocking defect", Kind: CriterionDefects},
			{Key: "fixes", Title: "No fix is missing from a later release", Kind: CriterionFixes, Optional: true, WaivedBy: both},
			{Key: "backlog", Title: "Operations work is done", Kind: CriterionBacklog, WaivedBy: []Role{ReleaseManager}},
			{Key: "minimum-gap", Title: "Minimum gap is kept", Kind: CriterionGap, WaivedBy: both},
			{Key: "window", Title: "Inside a change window", Kind: CriterionWindow, WaivedBy: []Role{ReleaseManager}},
			{Key: "freeze", Title: "No deploy freeze", Kind: CriterionFreeze, WaivedBy: []Role{ReleaseManager}},
		},
		Approvals: []ApprovalRule{{Role: ProductOwner, Count: 1}, {Role: Operations, Count: 1}},
	}
}

// DefaultRunbook gives manual steps to production and back, to be replaced one
// by one by automatic ones, and the hypercare that follows.
func DefaultRunbook() Runbook {
	step := func(key, title string, phase Phase, minutes int, skill Skill, instructions string) RunbookStep {
		return RunbookStep{Key: key, Title: title, Phase: phase, Kind: StepManual, Minutes: minutes, Skill: skill, Instructions: instructions}
	}

	return Runbook{
		Steps: []RunbookStep{
			step("announce", "Announce the change", PhaseDeploy, 5, SkillReleaseManager, "Tell the stakeholders that the window begins, and until when."),
			step("backup", "Back up the database", PhaseDeploy, 30, SkillDBA, "Back up the production database and check that the backup can be read."),
			step("drain", "Take production out of service", PhaseDeploy, 10, SkillAppServer, "Show the maintenance page and wait until running requests have ended."),
			step("migrate", "Migrate the schema", PhaseDeploy, 30, SkillDBA, "Run the migration of the candidate, if it declares one, and keep its output."),
			step("install", "Install the candidate", PhaseDeploy, 30, SkillAppServer, "Install the artifacts of the candidate and compare their SHA-256 digests with those on the shelf."),
			step("open", "Put production back into service", PhaseDeploy, 10, SkillAppServer, "Remove the maintenance page."),
			step("smoke", "Smoke check", PhaseSmoke, 20, SkillQA, "Walk through the smoke list: sign in, search, order, pay, print."),
			step("restore", "Restore the previous release", PhaseRollback, 30, SkillAppServer, "Show the maintenance page and install the artifacts of the release before."),
			step("restore-data", "Restore the database", PhaseRollback, 40, SkillDBA, "Restore the backup of this window, if the schema was migrated."),
			step("reopen", "Put production back into service", PhaseRollback, 10, SkillAppServer, "Remove the maintenance page and tell the stakeholders."),
		},
		Hypercare: []HypercareTask{
			{Title: "Watch errors and response times for two days", Skill: SkillSupport, Hours: 6},
			{Title: "Check overnight jobs and data", Skill: SkillDBA, Hours: 1},
		},
	}
}
