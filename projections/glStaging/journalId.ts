import { createHash } from 'node:crypto';
import { makeJournalIdFor } from '../../domain/ledger/journalId.ts';

/** UUIDv5(eventId : templateId : ledger). */
export const journalIdFor = makeJournalIdFor((bytes) => createHash('sha1').update(bytes).digest());
