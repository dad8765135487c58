package client

import (
	"bufio"
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// reconnectAfter is how long a lost signal line is left alone.
const reconnectAfter = 2 * time.Second

// Changes signals, until the context ends, that something of a programme has
// changed: whoever hears it asks again. Signals that are not taken merge. It
// signals too when a line that was lost is there again, for what was missed;
// without a line it is silent.
func (c *Client) Changes(ctx context.Context, programme string) <-chan struct{} {
	out := make(chan struct{}, 1)
	go func() {
		for ctx.Err() == nil {
			c.hear(ctx, programme, out)
			pause := time.NewTimer(reconnectAfter)
			select {
			case <-ctx.Done():
			case <-pause.C:
			}
			pause.Stop()
		}
	}()
	return out
}

// hear follows one stream of server-sent events to its end.
func (c *Client) hear(ctx context.Context, programme string, out chan<- struct{}) {
	answer, err := c.send(ctx, http.MethodGet, "/p/"+url.PathEscape(programme)+"/live", nil, 0, "")
	if err != nil {
		return
	}
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "event:") {
			select {
			case out <- struct{}{}:
			default: // one waits to be taken already
			}
		}
	}
}
