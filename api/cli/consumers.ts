import type { ConsumerView } from '../../projections/eventStream/consumerQueries.ts';
import { table, titled } from '../terminal.ts';
import { type CliCommand, reasonIn, reasonOption } from './command.ts';
import { allItems } from './pages.ts';
import { callService } from './service.ts';

const columns = ['Id', 'Unit', 'Name', 'Events', 'Customers', 'Goes on at', 'To handle', 'For', 'State'];

const rowOf = (one: ConsumerView): readonly string[] => [
  ...[one.consumerId, one.bu, one.name, one.types?.join(', ') ?? 'all', one.customers?.join(', ') ?? 'all'],
  ...[one.sequence, `${one.waiting}${one.waitingIsMore ? '+' : ''}`, `${Math.round(one.lagSeconds)} s`],
  one.stateReason === null ? one.state : `${one.state}: ${one.stateReason}`,
];

export const consumersCommand: CliCommand = {
  usage: 'consumers [bu]',
  summary: 'Who reads the event stream under a name, and how far behind they are, newest first',
  options: [{ flags: '--all', text: 'also those that are deleted' }],
  callsService: true,
  examples: ['consumers', 'consumers ACME --json'],
  run: async ([bu], options) => {
    const filter = new URLSearchParams({
      ...(bu !== undefined && { bu }),
      ...(options.all !== true && { state: 'ACTIVE' }),
    });
    const items = await allItems<ConsumerView>(await callService(options), `/v1/event-consumers?${filter}`);
    const text = items.length === 0 ? 'Nobody reads under a name.' : table(titled(...columns), items.map(rowOf));
    return { value: items, text };
  },
};

export const resetConsumerCommand: CliCommand = {
  usage: 'reset-consumer <consumerId> <sequence>',
  summary: 'Have a consumer go on behind another place of the event stream; 0 is its beginning',
  options: [reasonOption],
  callsService: true,
  examples: ['reset-consumer 01JD0000000000000000000004 0 --reason "their table was lost"'],
  run: async ([id = '', after = ''], options) => {
    const reason = reasonIn(options);
    const service = await callService(options);
    const value = await service.post(`/v1/event-consumers/${encodeURIComponent(id)}/resets`, { after, reason });
    return { value, text: `${id} goes on behind ${after}. Look at it with: throughline consumers` };
  },
};
