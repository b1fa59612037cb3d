import { expect } from '@jest/globals';
import { readCsv } from '../../adapters/csv/readCsv.ts';
import { toDomain } from '../../commands/codec.ts';
import { noSnapshots } from '../../commands/deciding/snapshots.ts';
import { createExecutor, type Executor, executorLimits } from '../../commands/handle.ts';
import { importCalls } from '../../commands/intake/calls.ts';
import { createImportRunner, type ImportRunnerPorts } from '../../commands/intake/runner.ts';
import { sealWith } from '../../commands/personal/sealDecided.ts';
import type { Seal, Vault } from '../../commands/personal/vault.ts';
import type { CommandContext, ImportBoard, ImportProgress, RefusedRow } from '../../commands/ports.ts';
import { createScratchLog } from '../../commands/steering/scratchLog.ts';
import { type EventFeed, LogUnavailable, type Recorded, streamName } from '../../domain/eventLog.ts';
import type { ImportKind } from '../../domain/intake/columns.ts';
import type { ImportEvent, ImportReceived } from '../../domain/intake/events.ts';
import { applyToCatalog, type Catalog, emptyCatalog } from '../../domain/masterData/catalog.ts';
import { demoBusinessUnit, demoItems, demoPriceList } from '../../domain/masterData/demo.ts';
import type { CustomerDefined } from '../../domain/masterData/events.ts';
import {
  businessUnitDecider,
  customerDecider,
  itemDecider,
  priceListDecider,
} from '../../domain/masterData/masterData.ts';
import type { DefinitionOf } from '../../domain/masterData/violation.ts';
import { sealedText } from '../../domain/personal/sealedText.ts';

const at = '2026-11-30T02:00:00.000Z';

const nothing: ImportProgress = { total: null, counts: { rows: 0, created: 0, changed: 0, unchanged: 0, refused: 0 } };

const createBoard = () => {
  const progress = new Map<string, ImportProgress>();
  const refused = new Map<string, Map<number, RefusedRow>>();
  const ended = new Set<string>();
  const opened = new Map<string, string>();
  const board: ImportBoard = {
    open: async (importId, { uploadId }) => {
      const first = opened.get(importId) ?? uploadId;
      opened.set(importId, first);
      return first;
    },
    progress: async (importId) => progress.get(importId) ?? nothing,
    begin: async (importId, _columns, total) => {
      progress.set(importId, { ...nothing, total });
      refused.set(importId, new Map());
    },
    note: async (importId, counts, rows) => {
      const { total } = progress.get(importId) ?? nothing;
      progress.set(importId, { total, counts });
      for (const row of rows) refused.get(importId)?.set(row.row, row);
    },
    end: async (importIds) => {
      for (const importId of importIds) ended.add(importId);
    },
  };
  return { board, ended, refusedOf: (importId: string) => [...(refused.get(importId)?.values() ?? [])] };
};

const createFiles = () => {
  const pieces = new Map<string, string[]>();
  const files = {
    put: async (uploadId: string, piece: number, content: string): Promise<void> => {
      pieces.set(uploadId, [...(pieces.get(uploadId) ?? []).slice(0, piece), content]);
    },
    pieces: async function* (uploadId: string): AsyncGenerator<string> {
      yield* pieces.get(uploadId) ?? [];
    },
    remove: async (uploadId: string): Promise<void> => void pieces.delete(uploadId),
    removeUnnamed: async (): Promise<void> => {},
    removeOld: async (): Promise<void> => {},
  };
  return { files, pieces };
};

/** Seals so that a test can read it. */
const vault: Pick<Vault, 'sealsFor' | 'open'> = {
  sealsFor: async (subjects) =>
    new Map(
      subjects.map((subject): [string, Seal] => [
        subject,
        (text, place) => sealedText({ ...place, subject, generation: 1, box: Buffer.from(text).toString('base64url') }),
      ]),
    ),
  open: async (words) => new Map(words.map(({ text, box }) => [text, Buffer.from(box, 'base64url').toString()])),
};

let commands = 0;

export const commandContext = (): CommandContext => {
  commands += 1;
  const commandId = `COMMAND-${commands}`;
  return {
    ...{ commandId, correlationId: commandId, causationId: commandId, occurredAt: at },
    actor: { kind: 'USER', id: 'kim', roles: ['admin'] },
    source: { system: 'test' },
  };
};

/** The units, items and prices of the demonstration distributor. */
const define = async ({ execute }: Pick<Executor, 'execute'>): Promise<void> => {
  const unit = { type: 'Define', definition: demoBusinessUnit } as const;
  await execute(businessUnitDecider, streamName('bu', demoBusinessUnit.bu, 'profile'), unit, commandContext());
  for (const definition of demoItems)
    await execute(
      itemDecider,
      streamName('item', definition.bu, definition.item),
      { type: 'Define', definition },
      commandContext(),
    );
  const { bu, priceListId } = demoPriceList;
  const list = { type: 'Define', definition: demoPriceList } as const;
  await execute(priceListDecider, streamName('pricelist', bu, priceListId), list, commandContext());
};

/** Imports over a log in memory: a run that was killed is forgotten, and the next one is another process. */
export const createImportRig = async () => {
  const log = createScratchLog({ read: async function* () {} }, () => at);
  const { files, pieces } = createFiles();
  const { board, ended, refusedOf } = createBoard();
  const executor = createExecutor(log, {}, executorLimits, noSnapshots, sealWith(vault));
  await define(executor);
  const definedBefore = log.appended().length;
  let known = { catalog: emptyCatalog, events: 0 };
  const current = (): Catalog => {
    const events = log.appended();
    known = {
      catalog: events.slice(known.events).map(toDomain).reduce(applyToCatalog, known.catalog),
      events: events.length,
    };
    return known.catalog;
  };
  const catalog = { current, ready: async (): Promise<void> => {} };
  const readAfter: EventFeed['readAfter'] = async (position, limit, filter) => {
    const events = log
      .appended()
      .filter(
        (event) =>
          (position === 'start' || event.position > position) &&
          (filter === undefined || filter.categories.some((category) => event.stream.startsWith(`${category}-`))),
      )
      .slice(0, limit);
    return { events, throughPosition: events.at(-1)?.position ?? position };
  };
  const runnerOver = (changes: Partial<ImportRunnerPorts> = {}) =>
    createImportRunner({
      ...{ executor, catalog, files, vault, board, readCsv, followed: { readAfter }, clock: () => at },
      pace: { take: (work) => work() },
      isPaused: () => false,
      untilNext: async () => {},
      onError: () => {},
      ...changes,
    });

  const callsOver = (changes: Partial<Parameters<typeof importCalls>[0]>) =>
    importCalls({
      executor,
      catalog: { ...catalog, waitFor: async () => {} },
      files,
      vault,
      board,
      readCsv,
      ...changes,
    });
  const calls = callsOver({});

  const send = async (kind: ImportKind, rows: readonly string[], dryRun = false, bu = 'ACME') => {
    const file = await calls.keepFile([Buffer.from(rows.join('\n'))]);
    return calls.requestImport({ bu, kind, dryRun, file }, commandContext());
  };
  const defineUnit = (bu: string) =>
    executor.execute(
      businessUnitDecider,
      streamName('bu', bu, 'profile'),
      { type: 'Define', definition: { ...demoBusinessUnit, bu } },
      commandContext(),
    );

  /** What the log was told beside that there are imports. */
  const told = (): readonly Recorded[] =>
    log
      .appended()
      .slice(definedBefore)
      .filter(({ stream }) => !stream.startsWith('import-'));
  const importEvents = (): readonly ImportEvent[] =>
    log
      .appended()
      .filter(({ stream }) => stream.startsWith('import-'))
      .map((event) => {
        const { type, data } = toDomain(event);
        return { type, data } as ImportEvent;
      });
  const lastImport = (): ImportReceived['data'] => {
    const received = importEvents().findLast(({ type }) => type === 'ImportReceived');
    if (received?.type !== 'ImportReceived') throw new Error('nothing was sent');
    return received.data;
  };
  /** C-9, as somebody defined it before. */
  const defineCustomer = async (changes: Partial<DefinitionOf<CustomerDefined>>): Promise<void> => {
    const definition: DefinitionOf<CustomerDefined> = {
      ...{
        bu: 'ACME',
        customer: 'C-9',
        name: 'Named',
        group: 'RETAIL',
        active: true,
        billTo: 'C-9',
        taxCode: 'TAXABLE',
      },
      ...{
        termsDays: 30,
        priceListId: demoPriceList.priceListId,
        contract: null,
        shipTos: [{ id: 'MAIN', region: 'US-NY' }],
      },
      ...changes,
    };
    await executor.execute(
      customerDecider,
      streamName('customer', 'ACME', 'C-9'),
      { type: 'Define', definition },
      commandContext(),
    );
  };
  return {
    executor,
    defineUnit,
    defineCustomer,
    board,
    ended,
    pieces,
    calls,
    callsOver,
    runnerOver,
    send,
    told,
    importEvents,
    lastImport,
    refusedOf,
    current,
  };
};

export type ImportRig = Awaited<ReturnType<typeof createImportRig>>;

/** Dies before the command number `call`, or behind it, without an answer. */
export const dying = (
  executor: Pick<Executor, 'execute' | 'load'>,
  call: number,
  behind: boolean,
): Pick<Executor, 'execute' | 'load'> => {
  let calls = 0;
  return {
    load: executor.load,
    execute: async (...asked) => {
      calls += 1;
      if (calls < call) return executor.execute(...asked);
      if (behind && calls === call) await executor.execute(...asked);
      throw new LogUnavailable('killed');
    },
  };
};

const { signal } = new AbortController();

export const header = 'item,description,group,baseUom,taxCode';

export const pin = (n: number, description = `Pin ${n}`): string => `PIN-${n},${description},PIN,EA,TPP`;
export const pins = (count: number): readonly string[] => Array.from({ length: count }, (_, n) => pin(n));

/** What came of the last import, with the rows that were refused. */
export const outcomeOf = (rig: ImportRig) => {
  const { importId } = rig.lastImport();
  const ended = rig.importEvents().findLast(({ data }) => data.importId === importId);
  const refused = rig
    .refusedOf(importId)
    .map(({ row, errors }) => [row, ...errors.map((e) => `${e.column} ${e.code}`)]);
  return { ended, refused };
};

export const take = async (rig: ImportRig, ...sent: Parameters<ImportRig['send']>) => {
  await rig.send(...sent);
  await rig.runnerOver().step(signal);
  return outcomeOf(rig);
};

export const completed = (counts: object) => ({ type: 'ImportCompleted', data: expect.objectContaining({ counts }) });
