package app

import (
	"context"

	"headway"

	"github.com/riverqueue/river"
)

// The kinds of event, as the verbs record them.
const (
	UserAdded         headway.EventKind = "user.added"
	UserSignedIn      headway.EventKind = "user.signed-in"
	UserSignedOut     headway.EventKind = "user.signed-out"
	UserDisabled      headway.EventKind = "user.disabled"
	UserEnabled       headway.EventKind = "user.enabled"
	PasswordChanged   headway.EventKind = "user.password-changed"
	TokenAdded        headway.EventKind = "token.added"
	TokenRevoked      headway.EventKind = "token.revoked"
	FeedAdded         headway.EventKind = "feed.added"
	FeedRevoked       headway.EventKind = "feed.revoked"
	MemberChanged     headway.EventKind = "member.changed"
	ProgrammeAdded    headway.EventKind = "programme.added"
	ProgrammeApplied  headway.EventKind = "programme.applied"
	SprintsExtended   headway.EventKind = "sprints.extended"
	AbsenceAdded      headway.EventKind = "absence.added"
	AbsenceRemoved    headway.EventKind = "absence.removed"
	CandidateShelved  headway.EventKind = "candidate.shelved"
	ItemMoved         headway.EventKind = "item.moved"
	ItemChanged       headway.EventKind = "item.changed"
	ItemAdded         headway.EventKind = "item.added"
	TeamItemAdded     headway.EventKind = "team-item.added"
	TeamItemChanged   headway.EventKind = "team-item.changed"
	InterruptLogged   headway.EventKind = "interrupt.logged"
	InterruptRemoved  headway.EventKind = "interrupt.removed"
	ExperimentStarted headway.EventKind = "experiment.started"
	ExperimentDue     headway.EventKind = "experiment.due" // enough releases show what it did
	ExperimentEnded   headway.EventKind = "experiment.concluded"
	EvidenceAdded     headway.EventKind = "evidence.added"
	EvidenceAttached  headway.EventKind = "evidence.attached"
	CaseMuted         headway.EventKind = "case.muted"
	CaseUnmuted       headway.EventKind = "case.unmuted"
	OwnersSet         headway.EventKind = "owners.set"
	CycleOpened       headway.EventKind = "cycle.opened"
	CycleWorked       headway.EventKind = "cycle.worked"
	DefectFound       headway.EventKind = "defect.found"
	DefectJoined      headway.EventKind = "defect.joined" // one more sign of an open one
	DefectTriaged     headway.EventKind = "defect.triaged"
	FixesTold         headway.EventKind = "fix.told"  // the commits of a place
	FixNoted          headway.EventKind = "fix.noted" // for the first time
	FixMarked         headway.EventKind = "fix.marked"
	IncidentOpened    headway.EventKind = "incident.opened"
	IncidentMitigated headway.EventKind = "incident.mitigated"
	IncidentClosed    headway.EventKind = "incident.closed"
	IncidentBlamed    headway.EventKind = "incident.blamed" // its defect is known
	DefectEffort      headway.EventKind = "defect.effort"
	ReworkOffered     headway.EventKind = "rework.offered" // before a sprint's planning
	ReworkBudgetSet   headway.EventKind = "rework.budget"
	ReworkOver        headway.EventKind = "rework.over" // the sprint's rework goes beyond its budget
	ReworkChosen      headway.EventKind = "rework.chosen"
	ReworkTakenBack   headway.EventKind = "rework.taken_back" // the choice is open again
	PlanRedrafted     headway.EventKind = "plan.redrafted"
	PlanPublished     headway.EventKind = "plan.published"
	PlanChangesTaken  headway.EventKind = "plan.changes-taken"
	RepairsFound      headway.EventKind = "plan.repairs-found"
	ScenarioKept      headway.EventKind = "scenario.kept"
	ScenarioSolved    headway.EventKind = "scenario.solved"
	ScenarioRemoved   headway.EventKind = "scenario.removed"
	CriterionWaived   headway.EventKind = "criterion.waived"
	EnvironmentTold   headway.EventKind = "environment.reported"
	EnvironmentBooked headway.EventKind = "environment.booked"
	BookingCancelled  headway.EventKind = "environment.booking-cancelled"
	RefreshAsked      headway.EventKind = "environment.refresh-asked"
	GuardOverridden   headway.EventKind = "guard.overridden"
	OverrideWithdrawn headway.EventKind = "guard.override-withdrawn"
	TrainAdded        headway.EventKind = "train.added"
	TrainChanged      headway.EventKind = "train.changed"
	TrainJoined       headway.EventKind = "train.joined"
	TrainMissed       headway.EventKind = "train.missed"
	TrainArrived      headway.EventKind = "train.arrived"
	TrainCancelled    headway.EventKind = "train.cancelled"
	DecisionOpened    headway.EventKind = "decision.opened"
	DecisionApproval  headway.EventKind = "decision.approval" // one person's verdict
	DecisionGo        headway.EventKind = "decision.go"
	DecisionNoGo      headway.EventKind = "decision.no-go"
	DecisionVoided    headway.EventKind = "decision.voided"
	DeploymentStarted headway.EventKind = "deployment.started"
	DeploymentStep    headway.EventKind = "deployment.step"
	DeploymentStopped headway.EventKind = "deployment.stopped"
	DeploymentResumed headway.EventKind = "deployment.resumed"
	DeploymentRollBck headway.EventKind = "deployment.rolling-back"
	DeploymentEnded   headway.EventKind = "deployment.ended"
	RehearsalStarted  headway.EventKind = "deployment.rehearsal-started"
	RehearsalEnded    headway.EventKind = "deployment.rehearsal-ended"
	ConnectionSet     headway.EventKind = "connection.set"
	ConnectionRemoved headway.EventKind = "connection.removed"
	ReleaseLive       headway.EventKind = "release.live"
	ReleaseMends      headway.EventKind = "release.mends"
	ReleaseRolledBack headway.EventKind = "release.rolled-back"
	ReleaseClosed     headway.EventKind = "release.closed"
	HotfixOwes        headway.EventKind = "hotfix.owed"     // by a release under test
	HotfixForgiven    headway.EventKind = "hotfix.forgiven" // it was taken back
	ReleaseChanged    headway.EventKind = "release.changed"
	EmergencyStop     headway.EventKind = "stop.set"
	EmergencyLifted   headway.EventKind = "stop.lifted"
	ReleasesImported  headway.EventKind = "releases.imported"
	ImportProgressed  headway.EventKind = "import.progressed" // a batch of it is stored
	ResultComputed    headway.EventKind = "result.computed"   // or it is known that it cannot be
)

// reaction is what an event causes in the transaction that records it.
type reaction struct {
	replan bool           // facts of the plan have changed
	notify []headway.Role // members with these roles are told
}

var everyone = []headway.Role{headway.Developer, headway.Operations, headway.ScrumMaster, headway.ProductOwner, headway.ReleaseManager}

// reactions says what causes what. An event that is not listed causes nothing.
func reactions(kind headway.EventKind) reaction {
	coordinators := []headway.Role{headway.ScrumMaster, headway.ProductOwner, headway.ReleaseManager}
	switch kind {
	case ProgrammeApplied, SprintsExtended, AbsenceAdded, AbsenceRemoved, ItemMoved, ItemChanged, ItemAdded, InterruptLogged, InterruptRemoved, ReleasesImported, ReleaseChanged, DefectTriaged, EnvironmentTold, EnvironmentBooked, BookingCancelled, RefreshAsked,
		PlanChangesTaken:
		return reaction{replan: true}
	case TrainChanged, TrainJoined:
		return reaction{replan: true, notify: coordinators}
	case TrainMissed, TrainCancelled, HotfixOwes, HotfixForgiven:
		return reaction{replan: true, notify: everyone}
	case TrainArrived:
		return reaction{notify: everyone}
	case CandidateShelved:
		return reaction{replan: true, notify: everyone}
	case RehearsalEnded:
		return reaction{replan: true, notify: append([]headway.Role{headway.Operations}, coordinators...)}
	case DefectFound, DefectJoined:
		return reaction{replan: true, notify: everyone}
	case FixNoted:
		return reaction{notify: []headway.Role{headway.Developer, headway.ScrumMaster, headway.ReleaseManager}}
	case IncidentOpened, IncidentMitigated:
		return reaction{notify: everyone}
	case IncidentClosed, IncidentBlamed:
		return reaction{notify: coordinators}
	case ExperimentDue:
		return reaction{notify: coordinators}
	case ReworkOffered, ReworkOver:
		return reaction{notify: []headway.Role{headway.ProductOwner, headway.ScrumMaster}}
	case ReworkChosen, ReworkTakenBack:
		return reaction{replan: true, notify: []headway.Role{headway.Developer, headway.ScrumMaster, headway.ReleaseManager}}
	case EvidenceAdded:
		return reaction{notify: []headway.Role{headway.Operations, headway.ReleaseManager}}
	case PlanPublished:
		return reaction{notify: everyone}
	case ReleaseMends:
		return reaction{notify: coordinators}
	case DecisionOpened, DecisionVoided:
		return reaction{notify: []headway.Role{headway.ProductOwner, headway.Operations, headway.ReleaseManager}}
	case DecisionGo, DecisionNoGo, CriterionWaived, GuardOverridden, OverrideWithdrawn:
		return reaction{replan: true, notify: coordinators}
	case DeploymentStarted, DeploymentStopped, DeploymentResumed, DeploymentRollBck, EmergencyStop, EmergencyLifted:
		return reaction{notify: append([]headway.Role{headway.Operations}, coordinators...)}
	case DeploymentEnded, ReleaseLive, ReleaseRolledBack, ReleaseClosed:
		return reaction{replan: true, notify: everyone}
	}
	return reaction{}
}

// ReplanJob asks for a new draft plan of a programme. Revision is that of the
// facts when it was asked; a plan at least that new makes the job a no-op, so
// many changes cost one plan.
type ReplanJob struct {
	ProgrammeID string `json:"programme_id"`
	Revision    int64  `json:"revision"`
}

// Kind names the job in the queue.
func (ReplanJob) Kind() string { return "replan" }

// NotifyJob asks to tell the members of a programme about an event.
type NotifyJob struct {
	EventSeq int64          `json:"event_seq"`
	Roles    []headway.Role `json:"roles"`
	Users    []string       `json:"users,omitempty"` // by id, whatever their roles
}

// Kind names the job in the queue.
func (NotifyJob) Kind() string { return "notify" }

func (c *change) react(ctx context.Context, e headway.Event, users []string) error {
	if e.ProgrammeID == "" {
		return nil
	}
	r := reactions(e.Kind)
	if r.replan {
		revision, err := c.TouchProgramme(ctx, e.ProgrammeID)
		if err != nil {
			return err
		}
		c.Enqueue(ReplanJob{e.ProgrammeID, revision}, &river.InsertOpts{Queue: QueuePlan})
	}
	if len(r.notify)+len(users) > 0 {
		c.Enqueue(NotifyJob{e.Seq, r.notify, users}, nil)
	}
	return nil
}

// The queues of background work besides River's default one.
const (
	QueuePlan = "plan" // one at a time: computing plans takes a core
)
