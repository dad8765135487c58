package headway

// TeamKind tells who builds from who brings to production.
type TeamKind string

// The kinds of team.
const (
	DevelopmentTeam TeamKind = "development"
	OperationsTeam  TeamKind = "operations"
)

// Team is a Scrum team of a programme.
type Team struct {
	ID, ProgrammeID, Key, Name string
	Kind                       TeamKind
	Cadence                    Cadence
	Priority                   int // 1 (least) to 9; weight of its releases when dates clash
}

// Check refuses a team that could not be planned.
func (t Team) Check() error {
	if err := CheckKey("team.key", t.Key); err != nil {
		return err
	}
	if err := CheckName("team.name", t.Name); err != nil {
		return err
	}
	if t.Kind != DevelopmentTeam && t.Kind != OperationsTeam {
		return Invalidf("team.kind", "%q is no kind of team", t.Kind).WithHint("use development or operations")
	}
	if t.Priority < 1 || t.Priority > 9 {
		return Invalidf("team.priority", "priority %d is outside 1–9", t.Priority)
	}
	return t.Cadence.Check()
}
