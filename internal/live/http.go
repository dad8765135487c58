package live

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"headway/internal/auth"
)

const (
	pingEvery    = 15 * time.Second
	writeTimeout = 10 * time.Second
)

// Route streams the signals of one programme as server-sent events (WHATWG
// HTML, section 9.2): `event: changed` with the nouns in data. closing ends all
// streams when the server shuts down; a reader that takes nothing is cut.
func (h *Hub) Route(programmeID func(ctx context.Context, key string) (string, error), closing <-chan struct{}) auth.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := programmeID(r.Context(), r.PathValue("programme"))
		if err != nil {
			return err
		}
		sub := h.Subscribe(id)
		defer sub.Close()
		rc := http.NewResponseController(w)
		// A read deadline that passes ends the context of the connection, and with it
		// every later request on it: a stream must not have that of an ordinary request.
		if err := rc.SetReadDeadline(time.Time{}); err != nil {
			return err
		}
		w.Header().Set("Content-Type", "text/event-stream")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Accel-Buffering", "no")
		ping := time.NewTicker(pingEvery)
		defer ping.Stop()
		message := "retry: 2000\nevent: hello\ndata: \n\n"
		for {
			if err := rc.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
				return err
			}
			if _, err := fmt.Fprint(w, message); err != nil || rc.Flush() != nil {
				return nil // the reader has gone
			}
			select {
			case <-closing:
				return nil
			case <-r.Context().Done():
				return nil
			case <-ping.C:
				message = ": ping\n\n"
			case <-sub.Ready():
				topics := sub.Topics()
				slices.Sort(topics)
				message = "event: changed\ndata: "
				for i, t := range topics {
					if i > 0 {
						message += " "
					}
					message += t
				}
				message += "\n\n"
			}
		}
	}
}
