import type { Decider, Event } from '../../domain/decider.ts';
import type { Appended, NewEvent, Recorded } from '../../domain/eventLog.ts';
import { toDomain } from '../codec.ts';

/** An event that lies in the log and that its own stream cannot be folded over: what it says was changed behind our back. */
export class EventInapplicable extends Error {
  override readonly name = 'EventInapplicable';
  readonly event: Recorded;
  constructor(event: Recorded, cause: unknown) {
    super(`${event.type} ${event.eventId}, ${event.stream}@${event.revision}, cannot be applied.`, { cause });
    this.event = event;
  }
}

/** A decider whose types are forgotten: the cache holds streams of every kind. */
export type AnyDecider = Decider<unknown, unknown, Event>;

/** Where the events of one command lie in their stream. The events themselves are read again when somebody asks. */
export type Done = { from: number; to: number; position: string; recordedAt: string };

export type Loaded = {
  state: unknown;
  /** −1 while the stream is empty. */
  revision: number;
  position: string;
  recordedAt: string;
  /** The last commands with events, oldest first. */
  readonly done: Map<string, Done>;
  /** The revision from which a snapshot is worth its writing. */
  snapshotFrom: number;
};

const rememberedCommandsMax = 200;

export const empty = (decider: AnyDecider): Loaded => ({
  state: decider.initial,
  revision: -1,
  position: '',
  recordedAt: '',
  done: new Map(),
  snapshotFrom: 0,
});

const remember = (loaded: Loaded, commandId: string, revision: number, position: string, recordedAt: string): void => {
  const known = loaded.done.get(commandId);
  if (known !== undefined) {
    known.to = revision;
    known.position = position;
    return;
  }
  loaded.done.set(commandId, { from: revision, to: revision, position, recordedAt });
  if (loaded.done.size <= rememberedCommandsMax) return;
  for (const oldest of loaded.done.keys()) {
    loaded.done.delete(oldest);
    return;
  }
};

/** Takes in what was appended on top of `loaded`, whose new state the caller has computed already. */
export const advance = (loaded: Loaded, state: unknown, events: readonly NewEvent[], appended: Appended): void => {
  for (const { metadata } of events) {
    loaded.revision += 1;
    remember(loaded, metadata.commandId, loaded.revision, appended.position, appended.recordedAt);
  }
  loaded.state = state;
  loaded.position = appended.position;
  loaded.recordedAt = appended.recordedAt;
};

const evolved = (decider: AnyDecider, state: unknown, recorded: Recorded): unknown => {
  const event = toDomain(recorded);
  try {
    return decider.evolve(state, event);
  } catch (error) {
    throw new EventInapplicable(recorded, error);
  }
};

/** Takes in the next event of the stream. Throws `UnknownEvent`, `EventInapplicable`. */
export const take = (decider: AnyDecider, loaded: Loaded, recorded: Recorded): void => {
  loaded.state = evolved(decider, loaded.state, recorded);
  loaded.revision = recorded.revision;
  loaded.position = recorded.position;
  loaded.recordedAt = recorded.recordedAt;
  remember(loaded, recorded.metadata.commandId, recorded.revision, recorded.position, recorded.recordedAt);
};
