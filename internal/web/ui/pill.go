package ui

import "headway"

// Tone colours a pill; its mark tells the same without colour.
type Tone string

// The tones of a pill. The second word is the shape of the mark.
const (
	Quiet   Tone = "hollow"
	Calm    Tone = "plainly"
	Active  Tone = "accent half"
	Running Tone = "accent run"
	Good    Tone = "go"
	Caution Tone = "warn half"
	Bad     Tone = "stop cross"
	Odd     Tone = "odd cross"
)

// ReleaseTone gives the tone of a release's state.
func ReleaseTone(s headway.ReleaseState) Tone {
	switch s {
	case headway.ReleaseShelved:
		return Caution
	case headway.ReleaseProving:
		return Active
	case headway.ReleaseApproved:
		return Good
	case headway.ReleaseDeploying:
		return Running
	case headway.ReleaseLive:
		return Good
	case headway.ReleaseRolledBack:
		return Bad
	case headway.ReleaseClosed:
		return Calm
	}
	return Quiet
}

// CandidateTone gives the tone of a candidate's state.
func CandidateTone(s headway.CandidateState) Tone {
	switch s {
	case headway.CandidateShelved:
		return Active
	case headway.CandidateReleased:
		return Good
	}
	return Quiet
}

// ItemTone gives the tone of a backlog item's state.
func ItemTone(s headway.ItemState) Tone {
	switch s {
	case headway.ItemDoing:
		return Active
	case headway.ItemBlocked:
		return Bad
	case headway.ItemDone:
		return Good
	}
	return Quiet
}

// DecisionTone gives the tone of a go/no-go's state.
func DecisionTone(s headway.DecisionState) Tone {
	switch s {
	case headway.DecisionOpen:
		return Active
	case headway.DecisionGo, headway.DecisionDeployed:
		return Good
	case headway.DecisionNoGo:
		return Bad
	}
	return Quiet
}

// DeploymentTone gives the tone of a deployment's state.
func DeploymentTone(s headway.DeploymentState) Tone {
	switch s {
	case headway.DeploymentRunning, headway.DeploymentRollingBack:
		return Running
	case headway.DeploymentSucceeded:
		return Good
	case headway.DeploymentStopped:
		return Bad
	}
	return Odd
}

// StepTone gives the tone of a step's state.
func StepTone(s headway.StepState) Tone {
	switch s {
	case headway.StepRunning:
		return Running
	case headway.StepWaiting:
		return Active
	case headway.StepSucceeded:
		return Good
	case headway.StepFailed:
		return Bad
	case headway.StepUnknown:
		return Caution
	}
	return Quiet
}

// SeverityTone gives the tone of a defect's severity.
func SeverityTone(s headway.Severity) Tone {
	switch s {
	case headway.Blocker:
		return Bad
	case headway.Major:
		return Caution
	}
	return Quiet
}

// DefectTone gives the tone of a defect's state.
func DefectTone(s headway.DefectState) Tone {
	switch s {
	case headway.DefectOpen:
		return Bad
	case headway.DefectFixed:
		return Good
	case headway.DefectAccepted:
		return Odd
	}
	return Quiet
}

// OutcomeTone gives the tone of a judgement.
func OutcomeTone(o headway.Outcome) Tone {
	switch o {
	case headway.Pass:
		return Good
	case headway.Fail:
		return Bad
	}
	return Quiet
}

// BandTone gives the tone of a gap's place against the policy.
func BandTone(b headway.GapBand) Tone {
	switch b {
	case headway.BelowMinimum:
		return Odd
	case headway.WithinTarget:
		return Good
	case headway.BeyondTarget:
		return Caution
	case headway.BeyondMaximum:
		return Bad
	}
	return Quiet
}
