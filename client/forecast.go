package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"headway"
)

// Computed says of an answer that a job computes of what facts it is, and what
// comes after it.
type Computed struct {
	AsOf      time.Time `json:"as_of,omitzero" doc:"Of the facts; missing: there is no answer yet"`
	Seconds   float64   `json:"seconds,omitempty" doc:"It took to compute"`
	Stale     bool      `json:"stale,omitempty" doc:"Facts have changed since"`
	Computing bool      `json:"computing,omitempty" doc:"A newer one is on its way"`
	Done      int       `json:"done,omitempty" doc:"Simulations made for the newer one"`
	Total     int       `json:"total,omitempty" doc:"Of so many"`
	Failure   string    `json:"failure,omitempty" doc:"Why a newer one could not be computed"`
}

// ProgrammeForecast says how sure the dates of a programme are.
type ProgrammeForecast struct {
	Computed    Computed         `json:"computed"`
	Simulations int              `json:"simulations"`
	Placed      int64            `json:"placed" doc:"Activities placed in all simulations"`
	Releases    []ReleaseOutlook `json:"releases" doc:"On their way, by P50"`
	HeadwayDays Quantiles        `json:"headway_days" doc:"Between consecutive productions"`
	PerRelease  float64          `json:"component_headway_days" doc:"Median time from one production of a component to its next; 0: not known"`
	Again       float64          `json:"again" doc:"Share of candidates that need another"`
	Explained   *ForecastParts   `json:"explained,omitempty" doc:"As it is: what the simulation holds, beside what finished releases took"`
	Works       int              `json:"works" doc:"Finished works that lengths were learnt from"`
	Finished    int              `json:"finished" doc:"Finished releases with a gap"`
}

// Quantiles are three figures of one distribution.
type Quantiles struct {
	P50 float64 `json:"p50"`
	P85 float64 `json:"p85"`
	P95 float64 `json:"p95"`
}

// ReleaseOutlook says when a release is to be expected, from its plan by
// simulation and from the gaps of finished releases.
type ReleaseOutlook struct {
	ReleaseID   string    `json:"release_id"`
	Release     string    `json:"release"`
	Team        string    `json:"team"`
	Planned     time.Time `json:"planned,omitzero"`
	P50         string    `json:"p50" doc:"Date"`
	P85         string    `json:"p85" doc:"Date"`
	P95         string    `json:"p95" doc:"Date"`
	Gap         Forecast  `json:"gap"`
	Simulated   Quantiles `json:"simulated" doc:"Working days, by the simulation alone"`
	Weight      float64   `json:"history_weight" doc:"Of history in the gap"`
	Due         string    `json:"due,omitempty"`
	MeetsDue    *float64  `json:"meets_due,omitempty" doc:"Probability, by the simulation"`
	MeetsTarget float64   `json:"meets_target" doc:"Probability of a gap within the policy's target, by the simulation"`
	Never       float64   `json:"never" doc:"Share of simulations without production within the plan's horizon"`
	Overdue     bool      `json:"overdue,omitempty"`
}

// ForecastIf is what a forecast tries.
type ForecastIf struct {
	Simulations int      // 0: the usual number
	Again       *float64 // share of candidates that need another
	SupportDays float64  // working days a month of production support, beyond what is kept free
	Skill       string   // of one person more, or of More
	More        int
}

// Backtest is how well forecasts of a programme's own releases would have been.
type Backtest struct {
	Computed  Computed        `json:"computed"`
	Why       string          `json:"why,omitempty" doc:"Why there is nothing to test on"`
	Releases  int             `json:"releases"`
	Finished  int             `json:"finished"`
	Cycles    int             `json:"cycles"`
	P50       BacktestFigure  `json:"p50"`
	P85       BacktestFigure  `json:"p85"`
	P95       BacktestFigure  `json:"p95"`
	Naive     BacktestNaive   `json:"naive"`
	BetterP85 float64         `json:"better_by_p85" doc:"1 − loss over that of the better naive peer"`
	Rows      []BacktestEntry `json:"rows"`
}

// BacktestFigure is how one quantile fared.
type BacktestFigure struct {
	Coverage float64 `json:"coverage"`
	Low      float64 `json:"low" doc:"95 % interval of the coverage"`
	High     float64 `json:"high"`
	Pinball  float64 `json:"pinball" doc:"Days"`
}

// BacktestNaive are the naive peers: last gap, and mean of the last five.
type BacktestNaive struct {
	Last  BacktestPeer `json:"last"`
	Mean5 BacktestPeer `json:"mean5"`
}

// BacktestPeer is how a naive peer fared.
type BacktestPeer struct {
	P50 float64 `json:"p50_pinball"`
	P85 float64 `json:"p85_pinball"`
}

// BacktestEntry is one release with what was forecast for it.
type BacktestEntry struct {
	Series      string  `json:"series"`
	Deliverable string  `json:"deliverable"`
	Version     string  `json:"version"`
	GapDays     float64 `json:"gap_days"`
	P50         float64 `json:"p50"`
	P85         float64 `json:"p85"`
	P95         float64 `json:"p95"`
}

// GapAdvice is the shortest gap that holds, for a programme and each team.
type GapAdvice struct {
	Computed   Computed      `json:"computed"`
	Policy     GapPolicy     `json:"policy"`
	Confidence float64       `json:"confidence"`
	Simulated  int           `json:"simulated" doc:"Releases on their way"`
	Finished   int           `json:"finished"`
	Programme  TeamAdvice    `json:"programme"`
	Teams      []TeamAdvice  `json:"teams"`
	Curves     []AdviceCurve `json:"curves"`
}

// TeamAdvice is the advice for one team, in working days.
type TeamAdvice struct {
	Team      string    `json:"team,omitempty" doc:"Key; empty for the programme"`
	Days      int       `json:"days" doc:"Never below the policy's minimum"`
	Needed    float64   `json:"needed"`
	Simulated float64   `json:"simulated"`
	History   float64   `json:"history,omitempty"`
	Own       int       `json:"own" doc:"Finished releases"`
	Guarded   bool      `json:"guarded" doc:"The policy's minimum is longer than needed"`
	Band      string    `json:"band"`
	OneWeek   float64   `json:"one_week" doc:"Probability that five working days hold"`
	TwoWeeks  float64   `json:"two_weeks" doc:"Probability that ten working days hold"`
	AtTarget  float64   `json:"at_target"`
	MeanDays  float64   `json:"mean_days"`
	Fills     []GapFill `json:"fills" doc:"What the mean gap goes to, largest first"`
}

// ForecastParts sets the simulation of a whole programme beside its history, in working days.
type ForecastParts struct {
	SimulatedP85 float64   `json:"simulated_p85"`
	HistoryP85   float64   `json:"history_p85,omitempty"`
	Own          int       `json:"own" doc:"Finished releases of the history"`
	Mean         float64   `json:"mean" doc:"Of the simulated gaps"`
	Fills        []GapFill `json:"fills" doc:"What the mean goes to, largest first"`
}

// GapFill is what a part of the mean gap goes to.
type GapFill struct {
	Name string  `json:"name"`
	Days float64 `json:"days"`
}

// AdviceCurve is how the gap that holds depends on one thing.
type AdviceCurve struct {
	Name   string        `json:"name"`
	Unit   string        `json:"unit"`
	Points []AdvicePoint `json:"points"`
}

// AdvicePoint is the gap that holds when the thing is at X.
type AdvicePoint struct {
	X    float64 `json:"x"`
	Days float64 `json:"days"`
	Now  bool    `json:"now,omitempty"`
}

// Queue says whether operations keeps up with the sprints.
type Queue struct {
	Computed   Computed    `json:"computed"`
	Verdict    string      `json:"verdict"`
	Why        string      `json:"why,omitempty" doc:"Why nothing can be said"`
	Settles    bool        `json:"settles"`
	Tight      bool        `json:"tight"`
	Load       float64     `json:"load" doc:"Of the bottleneck: 1 is all there is, -1: nobody has the skill"`
	Bottleneck string      `json:"bottleneck"`
	People     []string    `json:"people"`
	Releases   float64     `json:"releases_a_week"`
	GrowsBy    float64     `json:"grows_by" doc:"Releases a week that operations falls behind"`
	GapP85     float64     `json:"gap_p85" doc:"Working days"`
	Headway    float64     `json:"headway_days"`
	AgeNow     float64     `json:"age_now" doc:"Mean working days since their sprints, of what is on the shelf"`
	AgeLater   float64     `json:"age_later" doc:"At the end of what was simulated, at most a quarter ahead"`
	Skills     []SkillLoad `json:"skills"`
	Shelf      []ShelfWeek `json:"shelf"`
	Remedies   []Remedy    `json:"remedies"`
}

// SkillLoad is what is asked of a skill in a week, in person-hours.
type SkillLoad struct {
	Skill    string   `json:"skill"`
	Demand   float64  `json:"demand_hours"`
	Capacity float64  `json:"capacity_hours"`
	Load     float64  `json:"load"`
	Rework   float64  `json:"rework_hours"`
	Support  float64  `json:"support_hours" doc:"Kept for production support"`
	People   []string `json:"people"`
}

// ShelfWeek is what lies between sprint and production at some time.
type ShelfWeek struct {
	Week     int       `json:"week"`
	At       time.Time `json:"at"`
	Releases float64   `json:"releases"`
	AgeDays  float64   `json:"age_days"`
}

// Remedy is one way to help, simulated.
type Remedy struct {
	Name     string  `json:"name"`
	Assumes  string  `json:"assumes"`
	Load     float64 `json:"load"`
	GapP85   float64 `json:"gap_p85"`
	Headway  float64 `json:"headway_days"`
	Shelf    float64 `json:"shelf" doc:"Releases at the end of what was simulated"`
	LoadBy   float64 `json:"load_by" doc:"Change"`
	GapBy    float64 `json:"gap_by"`
	HwayBy   float64 `json:"headway_by"`
	Settling bool    `json:"settles"`
}

// Forecast simulates a programme.
func (c *Client) Forecast(ctx context.Context, programme string, in ForecastIf) (ProgrammeForecast, error) {
	q := url.Values{}
	number := func(name string, x float64) {
		if x != 0 {
			q.Set(name, strconv.FormatFloat(x, 'f', -1, 64))
		}
	}
	number("simulations", float64(in.Simulations))
	number("support_days", in.SupportDays)
	number("more", float64(in.More))
	if in.Again != nil {
		q.Set("again", strconv.FormatFloat(*in.Again, 'f', -1, 64))
	}
	if in.Skill != "" {
		q.Set("skill", in.Skill)
	}
	return fresh[ProgrammeForecast](ctx, c, path("/programmes/%s/forecast", programme), q)
}

// Backtest walks forward through the programme's own finished releases.
func (c *Client) Backtest(ctx context.Context, programme string) (Backtest, error) {
	return fresh[Backtest](ctx, c, path("/programmes/%s/forecast/backtest", programme), nil)
}

// GapAdvice asks for the shortest gap that holds; confidence 0 means 0.85.
func (c *Client) GapAdvice(ctx context.Context, programme string, confidence float64) (GapAdvice, error) {
	q := url.Values{}
	if confidence != 0 {
		q.Set("confidence", strconv.FormatFloat(confidence, 'f', -1, 64))
	}
	return fresh[GapAdvice](ctx, c, path("/programmes/%s/gap/advice", programme), q)
}

// Queue asks whether operations keeps up.
func (c *Client) Queue(ctx context.Context, programme string) (Queue, error) {
	return fresh[Queue](ctx, c, path("/programmes/%s/queue", programme), nil)
}

// fresh asks for an answer that a job computes, and waits until it is of the
// facts of today.
func fresh[T any](ctx context.Context, c *Client, path string, query url.Values) (T, error) {
	if query == nil {
		query = url.Values{}
	}
	query.Set("fresh", "true")
	for {
		out, again, err := answered[T](ctx, c, http.MethodGet, path+"?"+query.Encode(), nil, 0, "")
		if err != nil || again == 0 {
			return out, err
		}
		select {
		case <-ctx.Done():
			return out, headway.Errorf(headway.Unavailable, "stopped before it was computed").WithHint("it is kept when it is done: ask again").Because(ctx.Err())
		case <-time.After(again):
		}
	}
}
