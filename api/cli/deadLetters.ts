import { type DeadLetterView, deadLetters } from '../../projections/stuck.ts';
import { table } from '../terminal.ts';
import type { CliCommand } from './command.ts';
import { withDatabase } from './database.ts';

const titles = ['Id', 'Kind', 'Consumer', 'Lane', 'What', 'Error', 'Attempts', 'Waiting'];

const deadLetterTable = (items: readonly DeadLetterView[]): string =>
  table(
    titles.map((title) => ({ title })),
    items.map((one) => [
      one.id,
      one.kind,
      one.consumer,
      one.laneKey,
      one.eventType,
      `${one.errorClass}: ${one.detail.slice(0, 60)}`,
      String(one.attempts),
      String(one.blockedCount),
    ]),
  );

export const deadLettersCommand: CliCommand = {
  usage: 'dead-letters',
  summary: 'What cannot go on: events, steps and messages, and what waits behind them',
  examples: ['dead-letters --json', 'dead-letters'],
  run: () =>
    withDatabase(async (db) => {
      const { items } = await deadLetters(db, { limit: 500 });
      return { value: items, text: items.length === 0 ? 'No dead letters.' : deadLetterTable(items) };
    }),
};
