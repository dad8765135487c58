package server

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"headway"
	"headway/internal/auth"
)

// away is the accounts while their database is away: who asks waits for as long as held.
type away struct {
	asked chan<- struct{}
	held  <-chan struct{}
}

func (a away) wait() error {
	a.asked <- struct{}{}
	<-a.held
	return headway.Errorf(headway.Unavailable, "the database cannot take this now")
}

func (a away) ActorBySession(context.Context, headway.Secret) (headway.Actor, error) {
	return headway.Actor{}, a.wait()
}

func (a away) ActorByToken(context.Context, headway.Secret) (headway.Actor, error) {
	return headway.Actor{}, a.wait()
}

func (a away) ProgrammeID(context.Context, string) (string, error) { return "", a.wait() }

// TestTheProcessIsAliveWithoutItsDatabase fills the lanes with requests that
// wait for the database: the sign of life comes, whatever is sent with it.
func TestTheProcessIsAliveWithoutItsDatabase(t *testing.T) {
	asked, held := make(chan struct{}, vitalLane+ordinaryLane+10), make(chan struct{})
	table := testTable(t)
	mux, err := table.Mux(away{asked, held})
	if err != nil {
		t.Fatal(err)
	}
	h := newLanes(table, mux, func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusTooManyRequests) })
	ask := func(path, header, value string) int {
		req := httptest.NewRequest(http.MethodGet, path, nil)
		req.Header.Set(header, value)
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, req)
		return rec.Code
	}
	sent := map[string]string{"Cookie": auth.CookieName + "=any", "Authorization": "Bearer hw_any", "Accept": "*/*"}
	var waiting sync.WaitGroup
	defer waiting.Wait()
	defer close(held)
	look := func(paths ...string) {
		t.Helper()
		for header, value := range sent {
			for _, path := range paths {
				got := make(chan int, 1)
				waiting.Go(func() { got <- ask(path, header, value) })
				select {
				case <-asked:
					t.Fatalf("%s with %s asks the database", path, header)
				case status := <-got:
					if status != http.StatusOK {
						t.Errorf("%s with %s: %d", path, header, status)
					}
				}
			}
		}
	}
	look("/livez", "/assets/icon.svg")
	for range vitalLane {
		waiting.Go(func() { ask("/p/own/plan", "Cookie", auth.CookieName+"=any") })
	}
	for range vitalLane {
		<-asked
	}
	if got := ask("/p/own/plan", "Cookie", auth.CookieName+"=any"); got != http.StatusTooManyRequests {
		t.Fatalf("the lane is not full: %d", got)
	}
	look("/livez")
}
