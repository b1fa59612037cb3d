import type { DeadLetterView } from '../../projections/stuck.ts';
import { table, titled } from '../terminal.ts';
import { type CliCommand, textOption } from './command.ts';
import { allItems } from './pages.ts';
import { callService, type Service } from './service.ts';

const detailCharsMax = 60;

const deadLetterTable = (items: readonly DeadLetterView[]): string =>
  table(
    titled('Id', 'Kind', 'Consumer', 'Lane', 'What', 'Error', 'Attempts', 'Waiting'),
    items.map((one) => [
      one.id,
      one.kind,
      one.consumer,
      one.laneKey,
      one.eventType,
      `${one.errorClass}: ${one.detail.slice(0, detailCharsMax)}`,
      String(one.attempts),
      String(one.blockedCount),
    ]),
  );

type Content = DeadLetterView & { readonly payload: unknown; readonly payloadHidden: boolean };

const showOne = async (service: Service, id: string) => {
  const found = await service.get<Content>(`/v1/ops/dead-letters/${encodeURIComponent(id)}`);
  const payload = found.payloadHidden ? 'The payload is not for this caller.' : JSON.stringify(found.payload, null, 2);
  return { value: found, text: [deadLetterTable([found]), '', found.detail, '', payload].join('\n') };
};

/** Over HTTP like everything that looks at a running service: its permissions hold, and it works from another machine. */
export const deadLettersCommand: CliCommand = {
  usage: 'dead-letters [id]',
  summary: 'What cannot go on: events, steps and messages, and what waits behind them',
  options: [
    {
      flags: '--consumer <name>',
      text: 'only of one projection, process:<name>, outbox, webhook-deliveries, partner-documents, warehouse-inbox:<system>, receivables:<system>:<bu>, crm-accounts:<system>:<bu> or crm-quotes:<system>:<bu>',
    },
    { flags: '--lane <key>', text: 'only of one lane' },
  ],
  callsService: true,
  examples: ['dead-letters', 'dead-letters 12', 'dead-letters --consumer orders --json'],
  run: async ([id], options) => {
    const service = await callService(options);
    if (id !== undefined) return showOne(service, id);
    const [consumer, lane] = [textOption(options, 'consumer'), textOption(options, 'lane')];
    const filter = new URLSearchParams({
      ...(consumer !== undefined && { consumer }),
      ...(lane !== undefined && { laneKey: lane }),
    });
    const items = await allItems<DeadLetterView>(service, `/v1/ops/dead-letters?${filter}`);
    return { value: items, text: items.length === 0 ? 'No dead letters.' : deadLetterTable(items) };
  },
};
