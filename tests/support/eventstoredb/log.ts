import { createEventStoreDbLog, type EventStoreDbLog } from '../../../adapters/eventstoredb/eventLog.ts';
import { createWakeups } from '../../../adapters/postgres/wakeups.ts';

type Options = Omit<Parameters<typeof createEventStoreDbLog>[0], 'createWakeups'>;

/** A log in EventStoreDB, whose readers wait as the wiring lets them wait. */
export const openEventStoreDbLog = (options: Options): EventStoreDbLog =>
  createEventStoreDbLog({ createWakeups, ...options });
