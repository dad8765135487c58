package headway

import "time"

// Limits of what is attached to evidence and to manual cases.
const (
	MaxAttachments = 20       // of one piece of evidence or one manual case
	MaxAttachment  = 32 << 20 // bytes of one file
)

// Attachment is a file that shows something of a piece of evidence: a log, a
// picture, a protocol. It is kept by digest and never taken away again.
type Attachment struct {
	Artifact
	AddedAt     time.Time
	AddedByName string
}

// Attach adds a file to those that are there. The same file again changes
// nothing; another one of the same name is refused, because what was seen under
// a name stays what it was.
func Attach(have []Artifact, file Artifact) (all []Artifact, added bool, err error) {
	if err := CheckFileName("attachment", file.Name); err != nil {
		return have, false, err
	}
	if file.Size == 0 {
		return have, false, Invalidf("attachment", "%s is empty", file.Name).WithHint("check that it was written")
	}
	for _, f := range have {
		switch {
		case f.Name != file.Name:
		case f.SHA256 == file.SHA256:
			return have, false, nil
		default:
			return have, false, Conflictf("another file named %s is attached already", file.Name).At("attachment").WithHint("give this one another name")
		}
	}
	if len(have) >= MaxAttachments {
		return have, false, Invalidf("attachment", "there are %d attachments already, which is the most", MaxAttachments).WithHint("pack several files into one archive")
	}
	return append(have, file), true, nil
}
