package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"

	"headway"
	"headway/internal/web/ui"
)

//go:embed all:assets/dist assets/icon.svg
var embedded embed.FS

// assets serves the bundled front-end under names that change with the content.
type assets struct {
	files map[string]asset
	ui.Assets
}

type asset struct {
	body, gzipped []byte
	kind, tag     string
}

func loadAssets() (*assets, error) {
	a := &assets{files: map[string]asset{}}
	icon, err := embedded.ReadFile("assets/icon.svg")
	if err != nil {
		return nil, err
	}
	a.put("icon.svg", icon, nil)
	for _, name := range []string{"app.js", "style.css"} {
		body, err := embedded.ReadFile(path.Join("assets/dist", name))
		if err != nil {
			continue // not built: the pages say so
		}
		zipped, err := fs.ReadFile(embedded, path.Join("assets/dist", name+".gz"))
		if err != nil {
			zipped = nil
		}
		a.put(name, body, zipped)
	}
	a.App, a.Style = a.address("app.js"), a.address("style.css")
	return a, nil
}

func (a *assets) put(name string, body, zipped []byte) {
	kinds := map[string]string{".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
	sum := sha256.Sum256(body)
	a.files[name] = asset{body, zipped, kinds[path.Ext(name)], hex.EncodeToString(sum[:6])}
}

func (a *assets) address(name string) string {
	f, ok := a.files[name]
	if !ok {
		return ""
	}
	return "/assets/" + name + "?v=" + f.tag
}

// serve answers GET /assets/{name}.
func (a *assets) serve(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("name")
	f, ok := a.files[name]
	if !ok {
		return headway.NotFoundf("there is no asset %q", name).WithHint("the front-end may not have been built: run `make assets` and build again")
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Vary", "Accept-Encoding")
	if r.URL.Query().Get("v") == f.tag {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-cache")
	}
	body := f.body
	if f.gzipped != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = f.gzipped
	}
	h.Set("ETag", `"`+f.tag+`"`)
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(body))
	return nil
}
