import type { Decider } from '../decider.ts';
import { type StreamName, streamName } from '../eventLog.ts';
import type { PersonalDataRead } from './events.ts';

export type RecordReads = { readonly type: 'RecordReads' } & PersonalDataRead['data'];

/** Stream `access-<bu>.<hour>`: who read personal text. Nothing is decided from it, so nothing of it is kept in a state. */
export const accessDecider: Decider<null, RecordReads, PersonalDataRead> = {
  category: 'access',
  initial: null,
  decide: ({ type: _, ...data }) => (data.reads.length === 0 ? [] : [{ type: 'PersonalDataRead', data }]),
  evolve: () => null,
};

/** `at` is RFC 3339 UTC. */
export const accessStream = (bu: string, at: string): StreamName => streamName('access', bu, at.slice(0, 13));

/** Those of a day, earliest first. */
export const accessStreamsOf = (bu: string, day: string): readonly StreamName[] =>
  Array.from({ length: 24 }, (_, hour) => accessStream(bu, `${day}T${String(hour).padStart(2, '0')}`));
