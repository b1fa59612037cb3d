import type { SealedJournal } from '../domain/ledger/events.ts';
import type { CatalogFollower } from './catalogFollower.ts';
import type { Executor } from './handle.ts';
import type { Vault } from './personal/vault.ts';
import type { Clock, IdempotencyStore } from './ports.ts';
import type { StreamReader } from './readStream.ts';

/** What a GL batch would contain, all from one read of the staging ledger. */
export type Sealable = {
  readonly journals: readonly SealedJournal[];
  /** The number of the next batch of this period, from 1. */
  readonly sequence: number;
  /** How far that read had come in the log; null before its first event. */
  readonly throughPosition: string | null;
};

export type SealableJournals = (bu: string, ledger: string, period: string) => Promise<Sealable>;

/** Everything the write side needs from outside; made once, in the wiring. */
export type AppPorts = {
  readonly executor: Executor;
  readonly store: StreamReader;
  readonly catalog: Pick<CatalogFollower, 'current' | 'ready' | 'waitFor'>;
  readonly claims: Pick<IdempotencyStore, 'claim' | 'answer' | 'held'>;
  readonly clock: Clock;
  readonly sealableJournals: SealableJournals;
  /** Opens what is in force, to compare it with what is sent. Absent: nothing is sealed. */
  readonly vault?: Pick<Vault, 'open'>;
};

/** Enough for whatever does not seal a batch. */
export type FactPorts = Omit<AppPorts, 'sealableJournals' | 'vault'>;
