-- Images of a study may have several sizes.
ALTER TABLE picture ADD COLUMN height integer CHECK (height > 0), ADD COLUMN width integer CHECK (width > 0);
--> statement-breakpoint
UPDATE picture SET height = study.height, width = study.width FROM study WHERE study.id = picture.study_id;
--> statement-breakpoint
ALTER TABLE picture ALTER COLUMN height SET NOT NULL, ALTER COLUMN width SET NOT NULL;
--> statement-breakpoint
ALTER TABLE study DROP COLUMN height, DROP COLUMN width;
--> statement-breakpoint
-- A link belongs to the browser that used it first: if the reply was lost, the same browser may use it again for a while.
ALTER TABLE link ADD COLUMN claim_hash bytea, ADD COLUMN claimed_at timestamptz;
