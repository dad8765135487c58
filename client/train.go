package client

import (
	"context"
	"net/http"
	"time"

	"headway"
)

// NewTrain describes a train: one that is to be formed, or how one is to be.
type NewTrain struct {
	Key      string       `json:"key,omitempty" maxLength:"63" doc:"Of a new one"`
	Name     string       `json:"name" minLength:"1" maxLength:"200"`
	Departs  headway.Date `json:"departs,omitzero" doc:"Not before this day; left out: as soon as its members are ready"`
	Criteria string       `json:"criteria,omitempty" maxLength:"65536" doc:"YAML or JSON: a list of criteria, as under gate.criteria of the setup, judged for each member beside the gate"`
}

// Train is several teams' releases that go to production together.
type Train struct {
	Key       string        `json:"key"`
	Name      string        `json:"name"`
	State     string        `json:"state" doc:"open, arrived or cancelled"`
	Departs   headway.Date  `json:"departs,omitzero"`
	Criteria  string        `json:"criteria,omitempty" doc:"YAML"`
	Members   []TrainMember `json:"members" doc:"Who rides, in their order, then who missed it"`
	Reason    string        `json:"reason,omitempty" doc:"Why it was cancelled"`
	ChangedBy string        `json:"changed_by"`
	ChangedAt time.Time     `json:"changed_at"`
	ClosedAt  time.Time     `json:"closed_at,omitzero"`
}

// TrainMember is a release in a train.
type TrainMember struct {
	Team       string    `json:"team" doc:"Key"`
	Version    string    `json:"version"`
	ReleaseID  string    `json:"release_id"`
	Position   int       `json:"position" doc:"Members of a lower one are in production before; those of the same go in any order"`
	State      string    `json:"state" doc:"riding or missed"`
	Release    string    `json:"release" doc:"State of the release"`
	Candidate  string    `json:"candidate,omitempty" doc:"Newest"`
	Decision   string    `json:"decision,omitempty" doc:"State of its newest go/no-go"`
	Production time.Time `json:"production,omitzero" doc:"By the draft of the plan"`
	Behind     string    `json:"behind,omitempty" doc:"Release that must be in production before, and is not"`
	Verdicts   []Verdict `json:"verdicts" doc:"Of the train's criteria"`
	Reason     string    `json:"reason,omitempty" doc:"Why it missed the train"`
	Next       string    `json:"next,omitempty" doc:"Key of the train that it took instead"`
	By         string    `json:"by"`
	At         time.Time `json:"at"`
}

// JoinTrain puts a release on a train, or moves it there.
type JoinTrain struct {
	Team     string `json:"team" doc:"Key"`
	Version  string `json:"version"`
	Position int    `json:"position,omitempty" minimum:"0" maximum:"99" doc:"Left out: behind all others"`
}

// MissTrain lets a release miss its train.
type MissTrain struct {
	Team    string `json:"team" doc:"Key"`
	Version string `json:"version"`
	Reason  string `json:"reason" minLength:"1" maxLength:"2000"`
	Next    string `json:"next,omitempty" doc:"Key of the train that it takes; left out: the next to depart, if there is one; none: it goes by itself"`
}

// MissedTrain says what became of a release that missed its train.
type MissedTrain struct {
	Train string `json:"train" doc:"Key of the one it missed"`
	Next  string `json:"next,omitempty" doc:"Key of the one it rides in now; absent: it goes by itself"`
}

// Trains lists the trains of a programme: open ones, the next to depart first, then those that ended lately.
func (c *Client) Trains(ctx context.Context, programme string) ([]Train, error) {
	return get[[]Train](ctx, c, path("/programmes/%s/trains", programme), nil)
}

// Train fetches one train.
func (c *Client) Train(ctx context.Context, programme, key string) (Train, error) {
	return get[Train](ctx, c, path("/programmes/%s/trains/%s", programme, key), nil)
}

// AddTrain forms a train.
func (c *Client) AddTrain(ctx context.Context, programme string, in NewTrain) (Train, error) {
	return do[Train](ctx, c, http.MethodPost, path("/programmes/%s/trains", programme), in)
}

// ChangeTrain changes name, day and criteria of a train.
func (c *Client) ChangeTrain(ctx context.Context, programme, key string, in NewTrain) (Train, error) {
	return do[Train](ctx, c, http.MethodPut, path("/programmes/%s/trains/%s", programme, key), in)
}

// JoinTrain puts a release on a train.
func (c *Client) JoinTrain(ctx context.Context, programme, key string, in JoinTrain) (Train, error) {
	return do[Train](ctx, c, http.MethodPost, path("/programmes/%s/trains/%s/members", programme, key), in)
}

// MissTrain lets a release miss its train.
func (c *Client) MissTrain(ctx context.Context, programme string, in MissTrain) (MissedTrain, error) {
	return do[MissedTrain](ctx, c, http.MethodPost, path("/programmes/%s/trains/miss", programme), in)
}

// CancelTrain ends a train: its members go by themselves.
func (c *Client) CancelTrain(ctx context.Context, programme, key, reason string) (Train, error) {
	return do[Train](ctx, c, http.MethodPost, path("/programmes/%s/trains/%s/cancel", programme, key), Because{Reason: reason})
}
