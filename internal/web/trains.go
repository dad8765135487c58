package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/auth"
	"headway/internal/ingest"
	"headway/internal/web/ui"
)

// trainsView is the trains of a programme, beside what was typed.
type trainsView struct {
	app.TrainList
	Typed trainForm
	Err   *headway.Error    // of Typed
	Texts map[string]string // criteria of each train as YAML, by key
}

type trainForm struct{ Key, Name, Departs, Criteria string }

func (s *Site) trainsPage(w http.ResponseWriter, r *http.Request) error {
	return s.showTrains(w, r, http.StatusOK, trainForm{}, nil)
}

func (s *Site) showTrains(w http.ResponseWriter, r *http.Request, code int, typed trainForm, problem *headway.Error) error {
	p, err := s.open(w, r, "trains", "Trains")
	if err != nil {
		return err
	}
	v := trainsView{Typed: typed, Err: problem, Texts: map[string]string{}}
	if v.TrainList, err = s.app.TrainsView(r.Context(), p.actor, p.Programme.Key); err != nil {
		return err
	}
	for _, t := range v.Trains {
		if v.Texts[t.Key], err = ingest.CriteriaYAML(t.Criteria); err != nil {
			return err
		}
	}
	return p.showAs(code, trainsBody(p.Page, v))
}

// typedTrain reads a train as it was filled in.
func typedTrain(r *http.Request) (trainForm, app.PutTrain, error) {
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	f := trainForm{Key: value("key"), Name: value("name"), Departs: value("departs"), Criteria: r.PostFormValue("criteria")}
	in := app.PutTrain{Key: f.Key, Name: f.Name}
	if f.Departs != "" {
		day, err := headway.ParseDate(f.Departs)
		if err != nil {
			return f, in, headway.Invalidf("departs", "%q is no day", headway.Shorten(f.Departs, 40))
		}
		in.Departs = day
	}
	var err error
	in.Criteria, err = ingest.Criteria(f.Criteria, "criteria")
	return f, in, err
}

func (s *Site) addTrain(w http.ResponseWriter, r *http.Request) error {
	key := r.PathValue("programme")
	f, in, err := typedTrain(r)
	if in.Key == "" {
		in.Key = headway.Slug(in.Name)
	}
	var t headway.Train
	if err == nil {
		t, err = s.app.AddTrain(r.Context(), auth.Actor(r.Context()), key, in)
	}
	if e, ok := refusedOrUnknown(err); ok {
		return s.showTrains(w, r, status(e.Kind), f, e)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, trainHref("/p/"+key, t.Key), "The train "+t.Name+" is formed; put releases on it.")
}

func trainHref(programme, key string) string { return programme + "/trains#train-" + key }

// changeTrain puts a release on a train, lets one miss it, changes or cancels the train.
func (s *Site) changeTrain(w http.ResponseWriter, r *http.Request) error {
	key, train, by := r.PathValue("programme"), r.PathValue("train"), auth.Actor(r.Context())
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	team, version, _ := strings.Cut(value("release"), "/")
	var text string
	var err error
	switch value("do") {
	case "join":
		place := 0
		if typed := value("position"); typed != "" {
			if place, err = strconv.Atoi(typed); err != nil {
				err = headway.Invalidf("position", "%q is no place in a train", headway.Shorten(typed, 20))
			}
		}
		if err == nil {
			_, err = s.app.JoinTrain(r.Context(), by, key, app.JoinTrain{Train: train, Team: team, Version: version, Position: place})
		}
		text = version + " rides in the train; the plan is computed anew."
	case "miss":
		var m headway.TrainMember
		_, m, err = s.app.MissTrain(r.Context(), by, key, app.MissTrain{Team: team, Version: version, Reason: value("reason"), Next: value("next")})
		text = version + " misses the train and goes by itself."
		if m.Next != "" {
			text = fmt.Sprintf("%s misses the train and takes %s.", version, m.Next)
		}
	case "cancel":
		_, err = s.app.CancelTrain(r.Context(), by, key, train, value("reason"))
		text = "The train is cancelled; its members go by themselves."
	default:
		var in app.PutTrain
		if _, in, err = typedTrain(r); err == nil {
			in.Key = train
			_, err = s.app.ChangeTrain(r.Context(), by, key, in)
		}
		text = "The train is changed; go/no-gos that were about something else are void."
	}
	if e, ok := refusedOrUnknown(err); ok {
		err = e
	}
	return s.settle(w, r, trainHref("/p/"+key, train), text, err)
}

func trainTone(s headway.TrainState) ui.Tone {
	switch s {
	case headway.TrainOpen:
		return ui.Active
	case headway.TrainArrived:
		return ui.Good
	}
	return ui.Quiet
}

// departure says when a train goes and how far it has come.
func departure(c ui.Clock, v app.TrainView) string {
	text := "departs when its members are ready"
	if !v.Departs.IsZero() {
		text = "departs " + c.Day(v.Departs.In(c.Zone())) + " or later"
	}
	switch v.State {
	case headway.TrainArrived:
		text = "arrived " + c.Absolute(v.ClosedAt)
	case headway.TrainCancelled:
		text = "cancelled " + c.Absolute(v.ClosedAt)
	case headway.TrainOpen:
		if n := v.Arrived(); n > 0 {
			text += fmt.Sprintf(", %d of %d in production", n, len(v.Riders))
		}
	}
	return text
}

// trainPlace says at which place of its train a release rides.
func trainPlace(v app.ReleaseStory) string {
	text := ""
	if v.Sprint.ID != "" || v.Release.Series != "" {
		text = " · "
	}
	m, _ := v.Train.Member(v.Release.ID)
	return fmt.Sprintf("%splace %d of %d in the train ", text, m.Position, len(v.Train.Riding()))
}

// planTrain is a train as the plan that is drawn sees it.
type planTrain struct {
	headway.Train
	Stops       []trainStop
	first, last time.Time
	apart       bool
}

// trainStop is a member with when the plan has it in production; zero: it does not.
type trainStop struct {
	Release headway.Release
	Planned time.Time
}

func (v planView) trains() (out []planTrain) {
	planned, split := map[string]time.Time{}, map[string]bool{}
	for _, r := range v.Plan.Releases {
		planned[r.ReleaseID] = r.Production
	}
	for _, s := range v.Try.Preview.Tried.Splits {
		split[s.ReleaseID] = true
	}
	for _, t := range v.Trains {
		p := planTrain{Train: t}
		for _, m := range t.Riding() {
			at := planned[m.ReleaseID]
			if split[m.ReleaseID] {
				continue
			}
			p.Stops = append(p.Stops, trainStop{v.Releases[m.ReleaseID], at})
			if !at.IsZero() && (p.first.IsZero() || at.Before(p.first)) {
				p.first = at
			}
			if at.After(p.last) {
				p.last = at
			}
			for _, f := range v.Plan.Findings {
				p.apart = p.apart || f.Rule == "train-apart" && f.Release == m.ReleaseID
			}
		}
		if len(p.Stops) > 0 {
			out = append(out, p)
		}
	}
	return out
}

func (t planTrain) mark() string {
	switch {
	case t.apart:
		return "fail"
	case t.first.IsZero():
		return "unknown"
	}
	return "pass"
}

// when says when the plan sees the train in production.
func (t planTrain) when(c ui.Clock) string {
	switch {
	case t.apart:
		return "does not fit into one change window"
	case t.first.IsZero():
		return "is not planned yet"
	case len(t.Stops) == 1:
		return "one release, in production " + c.Absolute(t.last)
	}
	return "complete in production " + c.Absolute(t.last)
}
