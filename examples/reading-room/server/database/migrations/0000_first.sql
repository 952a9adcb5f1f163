CREATE TABLE study (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  height integer NOT NULL CHECK (height > 0),
  width integer NOT NULL CHECK (width > 0),
  plan jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  closed_at timestamptz
);
--> statement-breakpoint
CREATE TABLE session (
  study_id uuid NOT NULL REFERENCES study ON DELETE CASCADE,
  ordinal integer NOT NULL,
  label text NOT NULL,
  purpose text NOT NULL CHECK (purpose IN ('familiarisation', 'unannounced', 'blinded', 'education')),
  slots integer NOT NULL CHECK (slots > 0),
  PRIMARY KEY (study_id, ordinal)
);
--> statement-breakpoint
-- One row for every picture that a reader is shown: an image shown twice has two ids, so that ids tell nothing.
CREATE TABLE picture (
  id uuid PRIMARY KEY,
  study_id uuid NOT NULL,
  ordinal integer NOT NULL,
  position integer NOT NULL CHECK (position > 0),
  role text NOT NULL CHECK (role IN ('image', 'real', 'fake', 'difference')),
  case_id text NOT NULL,
  truth text NOT NULL CHECK (truth IN ('real', 'fake')),
  appearance text NOT NULL CHECK (appearance IN ('positive', 'negative')),
  UNIQUE (study_id, ordinal, position, role),
  FOREIGN KEY (study_id, ordinal) REFERENCES session ON DELETE CASCADE
);
--> statement-breakpoint
CREATE TABLE reader (
  id uuid PRIMARY KEY,
  study_id uuid NOT NULL REFERENCES study ON DELETE CASCADE,
  name text NOT NULL,
  UNIQUE (study_id, name)
);
--> statement-breakpoint
-- reader_id is null for the owner. Only hashes are kept: whoever reads the database cannot sign in.
CREATE TABLE link (
  token_hash bytea PRIMARY KEY,
  reader_id uuid REFERENCES reader ON DELETE CASCADE,
  expires_at timestamptz NOT NULL
);
--> statement-breakpoint
CREATE TABLE sign_in (
  token_hash bytea PRIMARY KEY,
  reader_id uuid REFERENCES reader ON DELETE CASCADE,
  expires_at timestamptz NOT NULL
);
--> statement-breakpoint
CREATE TABLE begun (
  reader_id uuid NOT NULL REFERENCES reader ON DELETE CASCADE,
  ordinal integer NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (reader_id, ordinal)
);
--> statement-breakpoint
CREATE TABLE answer (
  reader_id uuid NOT NULL REFERENCES reader,
  number integer NOT NULL CHECK (number > 0),
  ordinal integer NOT NULL,
  position integer NOT NULL,
  picture_id uuid NOT NULL REFERENCES picture,
  label text NOT NULL CHECK (label IN ('real', 'not-real', 'unsure', 'seen')),
  visible_ms double precision NOT NULL CHECK (visible_ms >= 0 AND visible_ms < 1e9),
  at timestamptz NOT NULL DEFAULT now(),
  previous_hash text NOT NULL,
  hash text NOT NULL,
  PRIMARY KEY (reader_id, number),
  UNIQUE (reader_id, ordinal, position)
);
--> statement-breakpoint
CREATE TABLE refusal (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  reader_id uuid,
  reason text NOT NULL
);
--> statement-breakpoint
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'answers are append-only';
END
$$;
--> statement-breakpoint
CREATE TRIGGER answer_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON answer
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
