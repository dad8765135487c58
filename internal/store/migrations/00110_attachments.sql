-- What a load run was made under: volume of data, load profile.
ALTER TABLE evidence ADD COLUMN conditions TEXT NOT NULL DEFAULT '';

-- Files that show something of a piece of evidence, by digest.
CREATE TABLE evidence_attachments (
  evidence_id TEXT NOT NULL REFERENCES evidence (id) ON DELETE CASCADE, name TEXT NOT NULL, sha256 TEXT NOT NULL, size BIGINT NOT NULL,
  added_at BIGINT NOT NULL, added_by_name TEXT NOT NULL, PRIMARY KEY (evidence_id, name)
);
