import { createHash } from 'node:crypto';
import { makeJournalIdFor } from '../../domain/ledger/journalId.ts';

/** The id that the staging ledger gives to the journal of an event. */
export const journalIdFor = makeJournalIdFor((bytes) => createHash('sha1').update(bytes).digest());
