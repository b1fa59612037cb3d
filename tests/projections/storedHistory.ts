import { sql } from 'kysely';
import { categoryOf, type EventStore, type Recorded } from '../../domain/eventLog.ts';
import type { TestDatabase } from '../support/database.ts';

const eventsPerStatementMax = 5_000;

/** Puts events into the Postgres log at the positions they have: they must continue it without a gap. */
export const storeEvents = async (database: TestDatabase<never>, events: readonly Recorded[]): Promise<void> => {
  for (let at = 0; at < events.length; at += eventsPerStatementMax) {
    const rows = events.slice(at, at + eventsPerStatementMax).map((event) => ({
      position: Number(event.position),
      stream: event.stream,
      revision: event.revision,
      category: categoryOf(event.stream),
      event_id: event.eventId,
      type: event.type,
      data: JSON.stringify(event.data),
      metadata: JSON.stringify(event.metadata),
      recorded_at: event.recordedAt,
      follows: false,
    }));
    await sql`insert into log.event select * from json_populate_recordset(null::log.event, ${JSON.stringify(rows)}::json)`.execute(
      database.db,
    );
  }
  const last = events.at(-1);
  if (last === undefined) return;
  await sql`update log.head set position = ${Number(last.position)}, recorded_at = ${last.recordedAt}`.execute(
    database.db,
  );
};

/** Appends events wherever the log ends by now, each to its stream. */
export const appendEvents = async (log: Pick<EventStore, 'append'>, events: readonly Recorded[]): Promise<void> => {
  for (const { type, data, eventId, metadata, stream, revision } of events)
    await log.append(stream, revision === 0 ? 'no-stream' : revision - 1, [{ type, data, eventId, metadata }]);
};
