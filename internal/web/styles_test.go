package web

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssHead    = regexp.MustCompile(`[^{}@;]+\{`)
	bareClass  = regexp.MustCompile(`^\.([a-z][\w-]*)(:.*)?$`)
)

// withoutPrint drops what is for paper only: there the parts of every page are hidden by name.
func withoutPrint(css string) string {
	for {
		from := strings.Index(css, "@media print {")
		if from < 0 {
			return css
		}
		to, depth := from+len("@media print {"), 1
		for ; depth > 0; to++ {
			depth += strings.Count(css[to:to+1], "{") - strings.Count(css[to:to+1], "}")
		}
		css = css[:from] + css[to:]
	}
}

// TestEveryPageHasItsOwnClasses: all styles arrive in one sheet. A class that the
// file of one page styles by itself is named in no other file, or the one page
// would be drawn by the rules of the other.
func TestEveryPageHasItsOwnClasses(t *testing.T) {
	sheets := map[string]string{}
	for _, pattern := range []string{"*.css", "assets/src/*.css"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v, %v", pattern, files, err)
		}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			sheets[f] = withoutPrint(cssComment.ReplaceAllString(string(b), ""))
		}
	}
	for file, css := range sheets {
		if strings.Contains(file, "assets") {
			continue // the parts that pages share
		}
		for _, head := range cssHead.FindAllString(css, -1) {
			for selector := range strings.SplitSeq(strings.TrimSuffix(head, "{"), ",") {
				class := bareClass.FindStringSubmatch(strings.TrimSpace(selector))
				if class == nil {
					continue
				}
				named := regexp.MustCompile(`\.` + regexp.QuoteMeta(class[1]) + `([^\w-]|$)`)
				for other, rules := range sheets {
					if other != file && named.MatchString(rules) {
						t.Errorf("%s styles .%s, and so does %s", file, class[1], other)
					}
				}
			}
		}
	}
}
