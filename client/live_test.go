package client_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"headway"
	"headway/client"
)

func TestChangesAreHeardAndMerge(t *testing.T) {
	more := make(chan string)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/p/shop/live" || r.Header.Get("Authorization") != "Bearer hw_x" {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		for text := range more {
			fmt.Fprint(w, text)
			w.(http.Flusher).Flush()
		}
	}))
	defer s.Close()
	defer close(more)
	c, err := client.New(s.URL, headway.NewSecret("hw_x"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	changes := c.Changes(ctx, "shop")
	heard := func() {
		t.Helper()
		select {
		case <-changes:
		case <-ctx.Done():
			t.Fatal("nothing was heard")
		}
	}
	more <- "retry: 2000\nevent: hello\ndata: \n\n"
	heard()
	more <- ": ping\n\n"
	more <- "event: changed\ndata: deployment\n\nevent: changed\ndata: item\n\n"
	heard()
}
