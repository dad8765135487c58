package client

import (
	"context"
	"net/http"
	"time"
)

// TeamItem is something that a development team means to build.
type TeamItem struct {
	Number    int       `json:"number"`
	Name      string    `json:"name" doc:"As B-12"`
	Kind      string    `json:"kind" doc:"story, bug or task"`
	Title     string    `json:"title"`
	Hours     float64   `json:"hours,omitempty" doc:"Estimated working time; left out: not estimated"`
	Sprint    int       `json:"sprint,omitempty" doc:"Number; left out: in no sprint yet"`
	State     string    `json:"state" doc:"todo, doing, done or dropped"`
	CreatedAt time.Time `json:"created_at"`
	DoneAt    time.Time `json:"done_at,omitzero"`
	Version   int64     `json:"version"`
}

// TeamSprint is a sprint of a team with what was taken into it.
type TeamSprint struct {
	Number      int        `json:"number"`
	Start       string     `json:"start"`
	End         string     `json:"end"`
	DaysLeft    int        `json:"days_left" doc:"Working days from today on"`
	Items       []TeamItem `json:"items"`
	Done        int        `json:"done" doc:"Items"`
	Hours       float64    `json:"hours" doc:"Estimated for all items"`
	DoneHours   float64    `json:"done_hours"`
	Unestimated int        `json:"unestimated,omitempty" doc:"Items without an estimate"`
	RoomHours   float64    `json:"room_hours,omitempty" doc:"Working time of the team's people in it; left out: they are not in the plan"`
}

// TeamRelease is a release of a team on its way, or newly arrived.
type TeamRelease struct {
	ID         string    `json:"id"`
	Version    string    `json:"version"`
	State      string    `json:"state"`
	SprintEnd  time.Time `json:"sprint_end,omitzero"`
	Production time.Time `json:"production,omitzero" doc:"When it went live, or is planned to"`
	GapDays    *int      `json:"gap_days,omitempty" doc:"Working days from sprint end: to production, so far, or as planned"`
	GapBand    string    `json:"gap_band,omitempty"`
	Done       int       `json:"done" doc:"Operations items"`
	Items      int       `json:"items"`
}

// TeamDefect is a defect that a team caused, as it came back from operations.
type TeamDefect struct {
	Number    int    `json:"number"`
	Name      string `json:"name" doc:"As D-12"`
	Title     string `json:"title"`
	Severity  string `json:"severity"`
	State     string `json:"state"`
	FixHere   bool   `json:"fix_here,omitempty" doc:"To be fixed in the release it was found in"`
	Blocks    bool   `json:"blocks,omitempty" doc:"It holds the gate"`
	Release   string `json:"release" doc:"Version"`
	Candidate string `json:"candidate" doc:"That it was found in"`
	AgeDays   int    `json:"age_days" doc:"Working days since it was found, or until it was settled"`
}

// TeamBacklog is what a development team has before it.
type TeamBacklog struct {
	Team     string        `json:"team" doc:"Key"`
	Name     string        `json:"name"`
	Current  *TeamSprint   `json:"current,omitempty"`
	Next     *TeamSprint   `json:"next,omitempty"`
	Left     []TeamItem    `json:"left" doc:"Open although their sprint is over"`
	Later    []TeamItem    `json:"later" doc:"In no sprint"`
	Releases []TeamRelease `json:"releases"`
	Rework   []TeamDefect  `json:"rework"`
}

// NewTeamItem adds an item to a team's backlog.
type NewTeamItem struct {
	Title  string  `json:"title" minLength:"1" maxLength:"200"`
	Kind   string  `json:"kind,omitempty" enum:"story,bug,task" doc:"Left out: story"`
	Hours  float64 `json:"hours,omitempty" minimum:"0" maximum:"1000" doc:"Estimated working time"`
	Sprint string  `json:"sprint,omitempty" maxLength:"10" doc:"current, next or a number; left out: in none yet"`
}

// TeamItemEdit changes an item; fields that are left out stay.
type TeamItemEdit struct {
	Title   *string  `json:"title,omitempty" maxLength:"200"`
	Kind    *string  `json:"kind,omitempty" enum:"story,bug,task"`
	Hours   *float64 `json:"hours,omitempty" minimum:"0" maximum:"1000" doc:"0: not estimated"`
	State   *string  `json:"state,omitempty" enum:"todo,doing,done,dropped"`
	Sprint  *string  `json:"sprint,omitempty" maxLength:"10" doc:"current, next or a number; none takes it out of its sprint"`
	Version int64    `json:"version,omitempty" doc:"That was seen; 0: whatever it is now"`
}

// TeamBacklog shows what a development team has before it.
func (c *Client) TeamBacklog(ctx context.Context, programme, team string) (TeamBacklog, error) {
	return get[TeamBacklog](ctx, c, path("/programmes/%s/teams/%s/backlog", programme, team), nil)
}

// AddTeamItem adds an item to a team's backlog.
func (c *Client) AddTeamItem(ctx context.Context, programme, team string, in NewTeamItem) (TeamItem, error) {
	return do[TeamItem](ctx, c, http.MethodPost, path("/programmes/%s/teams/%s/backlog", programme, team), in)
}

// ChangeTeamItem changes an item of a team's backlog.
func (c *Client) ChangeTeamItem(ctx context.Context, programme string, number int, in TeamItemEdit) (TeamItem, error) {
	return do[TeamItem](ctx, c, http.MethodPatch, path("/programmes/%s/backlog/%s", programme, number), in)
}
