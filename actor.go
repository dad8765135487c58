package headway

import (
	"slices"
	"time"
)

// Role is what a person may be in one programme.
type Role string

// The roles of a programme. Admin is also the role of an instance
// administrator in every programme.
const (
	Viewer         Role = "viewer"
	Developer      Role = "developer"
	Operations     Role = "ops"
	ScrumMaster    Role = "scrum-master"
	ProductOwner   Role = "product-owner"
	ReleaseManager Role = "release-manager"
	Admin          Role = "admin"
)

// Roles lists every role, least powerful first.
func Roles() []Role {
	return []Role{Viewer, Developer, Operations, ScrumMaster, ProductOwner, ReleaseManager, Admin}
}

// Name writes a role for people; commands, files and the API name it by its key.
func (r Role) Name() string {
	switch r {
	case Viewer:
		return "Viewer"
	case Developer:
		return "Developer"
	case Operations:
		return "Operations"
	case ScrumMaster:
		return "Scrum Master"
	case ProductOwner:
		return "Product Owner"
	case ReleaseManager:
		return "Release manager"
	case Admin:
		return "Administrator"
	}
	return string(r)
}

// RoleNames writes roles for people.
func RoleNames(roles []Role) []string {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = r.Name()
	}
	return names
}

// Action is what an actor wants to do; each route and each verb names one.
type Action string

// The actions of a programme.
const (
	ViewProgramme   Action = "programme.view"
	EditProgramme   Action = "programme.edit" // teams, people, cadences, policy, playbook, environments, windows, gates, runbooks
	ManageMembers   Action = "programme.members"
	EditAbsence     Action = "absence.edit"
	ShelveCandidate Action = "candidate.shelve"
	AddEvidence     Action = "evidence.add"
	WorkBacklog     Action = "backlog.work"
	WorkTeamBacklog Action = "team-backlog.work" // what a development team means to build
	ReportDefect    Action = "defect.report"
	TriageDefect    Action = "defect.triage"
	EditPlan        Action = "plan.edit" // pin, what-if, redraft
	PublishPlan     Action = "plan.publish"
	OpenDecision    Action = "decision.open"
	EditTrain       Action = "train.edit"       // form, join, miss and cancel release trains
	DecideRelease   Action = "decision.approve" // approve or reject; who counts for what is the gate's rule
	WaiveCriterion  Action = "criterion.waive"
	RunDeployment   Action = "deployment.run"
	StopDeployment  Action = "deployment.stop"
	ImportReleases  Action = "releases.import"
	ReadAudit       Action = "audit.read"
	RunAgent        Action = "agent.run" // claim automatic steps as an agent process
)

// The actions of the instance.
const (
	CreateProgramme Action = "instance.programme.create"
	ManageUsers     Action = "instance.users"
	ReadMetrics     Action = "instance.metrics"
	SignedIn        Action = "instance.signed-in" // anybody with a valid session or token
	Anybody         Action = "instance.anybody"   // no sign-in needed
)

// Scopes lists every action that an API token can be made for.
func Scopes() []Action {
	return []Action{
		ViewProgramme, EditProgramme, ManageMembers, EditAbsence, ShelveCandidate, AddEvidence, WorkBacklog, WorkTeamBacklog, ReportDefect,
		TriageDefect, EditPlan, PublishPlan, EditTrain, OpenDecision, DecideRelease, WaiveCriterion, RunDeployment, StopDeployment,
		ImportReleases, ReadAudit, RunAgent, CreateProgramme, ManageUsers, ReadMetrics,
	}
}

// May tells whether a role allows an action in its programme.
func (r Role) May(a Action) bool {
	switch a {
	case ViewProgramme:
		return slices.Contains(Roles(), r)
	case ReportDefect:
		return r.in(Developer, Operations, ScrumMaster, ProductOwner, ReleaseManager, Admin)
	case ShelveCandidate:
		return r.in(Developer, ScrumMaster, ProductOwner, ReleaseManager, Admin)
	case AddEvidence:
		return r.in(Developer, Operations, ReleaseManager, Admin)
	case WorkBacklog:
		return r.in(Operations, ScrumMaster, ReleaseManager, Admin)
	case WorkTeamBacklog:
		return r.in(Developer, ScrumMaster, ProductOwner, Admin)
	case TriageDefect:
		return r.in(Operations, ScrumMaster, ProductOwner, ReleaseManager, Admin)
	case EditAbsence, EditPlan:
		return r.in(ScrumMaster, ProductOwner, ReleaseManager, Admin)
	case PublishPlan, EditTrain, OpenDecision, ImportReleases:
		return r.in(ReleaseManager, Admin)
	case DecideRelease:
		return r.in(ProductOwner, Operations, ReleaseManager)
	case WaiveCriterion:
		return r.in(ProductOwner, ReleaseManager)
	case RunDeployment, RunAgent:
		return r.in(Operations, ReleaseManager)
	case StopDeployment:
		return r.in(Operations, ReleaseManager, ProductOwner, Admin)
	case ReadAudit:
		return r.in(ScrumMaster, ProductOwner, ReleaseManager, Admin)
	case EditProgramme:
		return r.in(ReleaseManager, Admin)
	case ManageMembers:
		return r == Admin
	default:
		return false
	}
}

func (r Role) in(list ...Role) bool { return slices.Contains(list, r) }

// ActorKind tells people from machines.
type ActorKind string

// The kinds of actor.
const (
	ActorPerson ActorKind = "person"
	ActorToken  ActorKind = "token"  // CI or an agent, by API token
	ActorSystem ActorKind = "system" // Headway itself: jobs and reactions
	ActorNobody ActorKind = "nobody"
)

// Actor is who asks: resolved once by internal/auth, handed to every verb.
type Actor struct {
	Kind        ActorKind
	UserID      string // the person, or the person who made the token
	TokenID     string
	Name        string
	Email       string
	Admin       bool              // administrator of the instance
	Roles       map[string][]Role // by programme id
	Scopes      []Action          // of a token: it may do no more than these
	ProgrammeID string            // of a token bound to one programme
	PersonIDs   map[string]string // programme id → person id of this user
}

// System is the actor of jobs and reactions.
func System() Actor { return Actor{Kind: ActorSystem, Name: "Headway"} }

// RolesIn gives the roles held in a programme; none means it must look unknown.
func (a Actor) RolesIn(programmeID string) []Role {
	if a.ProgrammeID != "" && a.ProgrammeID != programmeID {
		return nil
	}
	roles := a.Roles[programmeID]
	if a.Admin && !slices.Contains(roles, Admin) {
		roles = append(slices.Clone(roles), Admin)
	}
	return roles
}

// Has tells whether the actor holds a role in a programme.
func (a Actor) Has(programmeID string, r Role) bool {
	return slices.Contains(a.RolesIn(programmeID), r)
}

// May tells whether the actor may do something in a programme.
func (a Actor) May(action Action, programmeID string) bool {
	if a.Kind == ActorSystem {
		return true
	}
	if a.Kind == ActorToken && !slices.Contains(a.Scopes, action) {
		return false
	}
	return slices.ContainsFunc(a.RolesIn(programmeID), func(r Role) bool { return r.May(action) })
}

// MayOnInstance tells whether the actor may do something that belongs to no programme.
func (a Actor) MayOnInstance(action Action) bool {
	switch action {
	case Anybody:
		return true
	case SignedIn:
		return a.Kind == ActorPerson || a.Kind == ActorToken || a.Kind == ActorSystem
	case CreateProgramme, ManageUsers, ReadMetrics:
		if a.Kind == ActorToken && !slices.Contains(a.Scopes, action) {
			return false
		}
		return a.Admin || a.Kind == ActorSystem
	default:
		return false
	}
}

// User is an account of the instance.
type User struct {
	ID, Email, Name string
	Admin           bool
	DisabledAt      time.Time
	CreatedAt       time.Time
}

// Membership gives a user a role in a programme.
type Membership struct {
	ProgrammeID, UserID string
	Role                Role
}

// Token is an API token; only its hash is stored.
type Token struct {
	ID, UserID, ProgrammeID, Name string
	Scopes                        []Action
	CreatedAt, ExpiresAt, UsedAt  time.Time
	RevokedAt                     time.Time
}
