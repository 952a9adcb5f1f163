import type {
  Answer,
  Appearance,
  SessionPurpose,
  StudyPlan,
  Truth,
} from '@mammo/reader-study-stats';
import {
  customType,
  doublePrecision,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';

/** The tables, as queries see them; migrations/*.sql creates them, with their constraints. */

const bytea = customType<{ data: Buffer }>({
  dataType: () => 'bytea',
  fromDriver: (value) => Buffer.from(value as Uint8Array),
});

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

/** What a picture is in its place: alone, or one of a triplet. */
export type PictureRole = 'image' | 'real' | 'fake' | 'difference';

/** What a reader answers; 'seen' to a triplet. */
export type Label = Answer | 'seen';

export const study = pgTable('study', {
  id: uuid('id').primaryKey(),
  name: text('name').notNull(),
  plan: jsonb('plan').$type<StudyPlan>().notNull(),
  createdAt: moment('created_at').notNull().defaultNow(),
  closedAt: moment('closed_at'),
});

export const session = pgTable(
  'session',
  {
    studyId: uuid('study_id').notNull(),
    ordinal: integer('ordinal').notNull(),
    label: text('label').notNull(),
    purpose: text('purpose').$type<SessionPurpose>().notNull(),
    slots: integer('slots').notNull(),
  },
  (table) => [primaryKey({ columns: [table.studyId, table.ordinal] })],
);

export const picture = pgTable('picture', {
  id: uuid('id').primaryKey(),
  studyId: uuid('study_id').notNull(),
  ordinal: integer('ordinal').notNull(),
  position: integer('position').notNull(),
  role: text('role').$type<PictureRole>().notNull(),
  caseId: text('case_id').notNull(),
  truth: text('truth').$type<Truth>().notNull(),
  appearance: text('appearance').$type<Appearance>().notNull(),
  height: integer('height').notNull(),
  width: integer('width').notNull(),
});

export const reader = pgTable('reader', {
  id: uuid('id').primaryKey(),
  studyId: uuid('study_id').notNull(),
  name: text('name').notNull(),
});

export const link = pgTable('link', {
  tokenHash: bytea('token_hash').primaryKey(),
  readerId: uuid('reader_id'),
  expiresAt: moment('expires_at').notNull(),
  claimHash: bytea('claim_hash'),
  claimedAt: moment('claimed_at'),
});

export const signIn = pgTable('sign_in', {
  tokenHash: bytea('token_hash').primaryKey(),
  readerId: uuid('reader_id'),
  expiresAt: moment('expires_at').notNull(),
});

export const begun = pgTable('begun', {
  readerId: uuid('reader_id').notNull(),
  ordinal: integer('ordinal').notNull(),
  at: moment('at').notNull().defaultNow(),
});

export const answer = pgTable('answer', {
  readerId: uuid('reader_id').notNull(),
  number: integer('number').notNull(),
  ordinal: integer('ordinal').notNull(),
  position: integer('position').notNull(),
  pictureId: uuid('picture_id').notNull(),
  label: text('label').$type<Label>().notNull(),
  visibleMs: doublePrecision('visible_ms').notNull(),
  at: moment('at').notNull().defaultNow(),
  previousHash: text('previous_hash').notNull(),
  hash: text('hash').notNull(),
});

export const refusal = pgTable('refusal', {
  at: moment('at').notNull().defaultNow(),
  readerId: uuid('reader_id'),
  reason: text('reason').notNull(),
});
