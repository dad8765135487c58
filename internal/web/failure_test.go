package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"headway"
)

// TestWhoWaitedTooLongIsToldSo: a request whose time is over gets the page that
// says so, and no empty one.
func TestWhoWaitedTooLongIsToldSo(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	answer := httptest.NewRecorder()
	(&Site{assets: &assets{}, Options: Options{Log: slog.New(slog.DiscardHandler)}}).Fail(answer, httptest.NewRequestWithContext(ctx, http.MethodGet, "/p/atlas/plan", nil), headway.Errorf(headway.Unavailable, "the request was given up before it was done").WithHint("try again"))
	if answer.Code != http.StatusServiceUnavailable || !strings.Contains(answer.Body.String(), "Please try again shortly") {
		t.Errorf("%d:\n%.400s", answer.Code, answer.Body)
	}
}
