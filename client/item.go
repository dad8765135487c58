package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Item is a piece of operations work for a release.
type Item struct {
	ID            string    `json:"id"`
	ReleaseID     string    `json:"release_id"`
	Team          string    `json:"team,omitempty" doc:"Key of the team whose release it is"`
	ReleaseName   string    `json:"release,omitempty" doc:"Version"`
	Candidate     string    `json:"candidate,omitempty" doc:"Name"`
	Activity      string    `json:"activity,omitempty" doc:"Key in the playbook; empty when added by hand"`
	Title         string    `json:"title"`
	Kind          string    `json:"kind"`
	Skill         string    `json:"skill"`
	People        int       `json:"people"`
	Hours         float64   `json:"hours" doc:"Estimated working time"`
	After         []string  `json:"after,omitempty" doc:"Ids of items that must be done first"`
	WaitsFor      []string  `json:"waits_for,omitempty" doc:"Titles of those that are not done"`
	Environment   string    `json:"environment_id,omitempty"`
	InWindow      bool      `json:"in_window,omitempty"`
	State         string    `json:"state"`
	Rank          int64     `json:"rank"`
	Assignees     []string  `json:"assignees" doc:"Ids of people"`
	AssigneeNames []string  `json:"assignee_names,omitempty"`
	Blocked       string    `json:"blocked_reason,omitempty"`
	Result        string    `json:"result,omitempty"`
	Outcome       string    `json:"outcome,omitempty"`
	StartedAt     time.Time `json:"started_at,omitzero"`
	DoneAt        time.Time `json:"done_at,omitzero"`
	SpentHours    float64   `json:"spent_hours,omitempty" doc:"Working time between start and end"`
	Version       int64     `json:"version"`
}

// ItemMove moves an item on the board.
type ItemMove struct {
	To      string `json:"to" enum:"todo,doing,blocked,done"`
	Version int64  `json:"version,omitempty" doc:"That was seen; 0: whatever it is now"`
	Reason  string `json:"reason,omitempty" doc:"Why it is blocked"`
	Result  string `json:"result,omitempty" doc:"What came out, on finishing"`
	Outcome string `json:"outcome,omitempty" enum:"pass,fail" doc:"On finishing"`
	Before  string `json:"before,omitempty" doc:"Id of the item to stand before"`
}

// MovedItem is an item after a move, and what the move caused.
type MovedItem struct {
	Item    Item     `json:"item"`
	Release Release  `json:"release"`
	Voided  []string `json:"voided" doc:"Ids of go/no-gos that no longer hold"`
}

// Assignment gives an item to people.
type Assignment struct {
	People  []string `json:"people" maxItems:"20" doc:"Keys; none takes it back from everybody"`
	Version int64    `json:"version,omitempty" doc:"That was seen; 0: whatever it is now"`
}

// ItemEdit changes an item; empty fields stay.
type ItemEdit struct {
	Title   string  `json:"title,omitempty" maxLength:"200"`
	Hours   float64 `json:"hours,omitempty" minimum:"0" maximum:"1000"`
	People  int     `json:"people,omitempty" minimum:"0" maximum:"20"`
	Version int64   `json:"version,omitempty" doc:"That was seen; 0: whatever it is now"`
}

// NewItem adds work to a release's backlog by hand.
type NewItem struct {
	Release     string   `json:"release" doc:"Id, or team/version"`
	Title       string   `json:"title" minLength:"1" maxLength:"200"`
	Kind        string   `json:"kind,omitempty" doc:"task when empty"`
	Skill       string   `json:"skill"`
	People      int      `json:"people,omitempty" minimum:"0" maximum:"20" doc:"1 when empty"`
	Hours       float64  `json:"hours" exclusiveMinimum:"0" maximum:"1000"`
	Environment string   `json:"environment,omitempty" doc:"Key"`
	After       []string `json:"after,omitempty" maxItems:"100" doc:"Ids of items of the same release"`
	InWindow    bool     `json:"in_window,omitempty" doc:"Only wholly inside a change window"`
}

// MoveItem moves an item on the operations board.
func (c *Client) MoveItem(ctx context.Context, programme, id string, in ItemMove) (MovedItem, error) {
	return do[MovedItem](ctx, c, http.MethodPost, path("/programmes/%s/items/%s/move", programme, id), in)
}

// AssignItem gives an item to people.
func (c *Client) AssignItem(ctx context.Context, programme, id string, in Assignment) (Item, error) {
	return do[Item](ctx, c, http.MethodPut, path("/programmes/%s/items/%s/assignees", programme, id), in)
}

// EditItem changes the size or title of an item.
func (c *Client) EditItem(ctx context.Context, programme, id string, in ItemEdit) (Item, error) {
	return do[Item](ctx, c, http.MethodPatch, path("/programmes/%s/items/%s", programme, id), in)
}

// AddItem adds work to a release's operations backlog.
func (c *Client) AddItem(ctx context.Context, programme string, in NewItem) (Item, error) {
	return do[Item](ctx, c, http.MethodPost, path("/programmes/%s/items", programme), in)
}

// BoardFilter narrows the board; empty fields do not.
type BoardFilter struct {
	Release, Person, Skill string // ids, but for the skill
}

// BoardColumn is one column of the operations board.
type BoardColumn struct {
	State string `json:"state"`
	Limit int    `json:"limit" doc:"Of work in progress; 0: none"`
	Count int    `json:"count" doc:"In the column, whatever the filter"`
	Items []Item `json:"items"`
}

// Board is the operations team's board.
type Board struct {
	Columns   []BoardColumn `json:"columns"`
	DoneSince time.Time     `json:"done_since" doc:"What was done before stands with its release"`
	People    []PersonWeek  `json:"people" doc:"Of operations teams, with what they can take on"`
	Sprint    *OpsSprint    `json:"sprint,omitempty" doc:"That the operations team is in"`
}

// PersonWeek is what a person can take on in the next five working days.
type PersonWeek struct {
	Person       string   `json:"person" doc:"Key"`
	Name         string   `json:"name"`
	Skills       []string `json:"skills"`
	HasHours     float64  `json:"has_hours" doc:"Working time, less what is kept for production support"`
	PlannedHours float64  `json:"planned_hours" doc:"Of it, by the draft plan"`
	FreeHours    float64  `json:"free_hours"`
	Doing        int      `json:"doing" doc:"Items in the person's hands"`
}

// OpsSprint is the sprint that the operations team is in.
type OpsSprint struct {
	Team         string      `json:"team" doc:"Key"`
	Number       int         `json:"number"`
	From         string      `json:"from" format:"date"`
	To           string      `json:"to" format:"date"`
	DaysLeft     int         `json:"days_left" doc:"Working days, today among them"`
	Items        int         `json:"items" doc:"Taken in"`
	Finished     int         `json:"finished"`
	ScopeHours   float64     `json:"scope_hours" doc:"Estimated hours of people"`
	DoneHours    float64     `json:"done_hours"`
	SupportHours float64     `json:"support_hours" doc:"That production support took"`
	Burndown     []BurnPoint `json:"burndown"`
}

// BurnPoint is the work of a sprint that was left at the end of a day.
type BurnPoint struct {
	Day        string   `json:"day" format:"date"`
	LeftHours  *float64 `json:"left_hours,omitempty" doc:"Left out for days ahead"`
	ScopeHours float64  `json:"scope_hours"`
	IdealHours float64  `json:"ideal_hours"`
}

// Board shows the operations board.
func (c *Client) Board(ctx context.Context, programme string, f BoardFilter) (Board, error) {
	q := url.Values{}
	for key, v := range map[string]string{"release": f.Release, "person": f.Person, "skill": f.Skill} {
		if v != "" {
			q.Set(key, v)
		}
	}
	return get[Board](ctx, c, path("/programmes/%s/board", programme), q)
}
