import type { AccruedGoods, SealedJournal } from '../../domain/ledger/events.ts';
import type { StreamReader } from '../deciding/readStream.ts';
import type { Executor } from '../handle.ts';
import type { Vault } from '../personal/vault.ts';
import type { Clock, IdempotencyStore } from '../ports.ts';
import type { CatalogFollower } from '../workers/catalogFollower.ts';

/** What a GL batch would contain, all from one read of the staging ledger. */
export type Sealable = {
  readonly journals: readonly SealedJournal[];
  /** The number of the next batch of this period, from 1. */
  readonly sequence: number;
  /** How far that read had come in the log; null before its first event. */
  readonly throughPosition: string | null;
};

export type SealableJournals = (bu: string, ledger: string, period: string) => Promise<Sealable>;

type LedgerPeriod = { readonly bu: string; readonly ledger: string; readonly period: string };

/** Goods that left by the end of a period and are on no invoice, as read models know them. */
export type Accruable = {
  /** False: the rules of this ledger name no T07. */
  readonly accrues: boolean;
  /** How far that read had come in the log; null before its first event. */
  readonly knownThrough: string | null;
  /** Confirmations whose goods billing has yet to deal with. */
  readonly unanswered: number;
  readonly goods: readonly (Omit<AccruedGoods, 'customerGroup' | 'itemGroup' | 'region' | 'costs'> & {
    readonly region: string | null;
    readonly itemGroup: string | null;
    readonly costs: AccruedGoods['costs'] | null;
  })[];
};

/** The next of them behind the key `after`, in the order of `accrualKey`; `through`: where the period was soft-closed. */
export type AccruableGoods = (
  of: LedgerPeriod,
  page: { readonly through: string; readonly after: string; readonly limit: number },
) => Promise<Accruable>;

/** What the staging ledger knows of a line beside its account and amount. */
export type StagedLine = {
  readonly journalId: string;
  readonly lineNo: number;
  readonly role: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly orderId: string | null;
  readonly orderLineId: string | null;
};

/** The lines of these journals, as far as they are known, in no order. Throws `LogUnavailable`. */
export type StagedLines = (journalIds: readonly string[]) => Promise<readonly StagedLine[]>;

/** What a close was decided on; hashes as the reports of `throughPosition` carry them. */
export type CloseChecklist = {
  readonly throughPosition: string;
  /** What forbids the close, as the readiness report shows it; empty: nothing does. */
  readonly blockers: readonly unknown[];
  readonly checklistSha256: string;
  readonly trialBalanceSha256: string;
};

/** As of the head of the log when it is asked. Throws when the read models do not get there in time. */
export type ReadCloseChecklist = (of: LedgerPeriod) => Promise<CloseChecklist>;

/** Everything the write side needs from outside; made once, in the wiring. */
export type AppPorts = {
  readonly executor: Executor;
  readonly store: StreamReader;
  readonly catalog: Pick<CatalogFollower, 'current' | 'ready' | 'waitFor'>;
  readonly claims: Pick<IdempotencyStore, 'claim' | 'answer' | 'held'>;
  readonly clock: Clock;
  readonly sealableJournals: SealableJournals;
  readonly closeChecklist: ReadCloseChecklist;
  /** Opens what is in force, to compare it with what is sent. Absent: nothing is sealed. */
  readonly vault?: Pick<Vault, 'open'>;
};

/** Enough for whatever does not seal a batch. */
export type FactPorts = Omit<AppPorts, 'sealableJournals' | 'closeChecklist' | 'vault'>;
