import { describe, test } from '@jest/globals';
import { type EventConsumerCommand, eventConsumerDecider } from '../../../domain/eventConsumer/eventConsumer.ts';
import { scenarios } from '../order/scenario.ts';

const given = scenarios(eventConsumerDecider);
const of = { consumerId: 'K-1', bu: 'ACME', by: 'kim' };
const begin = { position: '42', place: 1 };
const about = { name: 'figures', types: null, customers: ['C-1001'], after: begin };
const register: EventConsumerCommand = { type: 'RegisterEventConsumer', ...of, ...about };
const reset: EventConsumerCommand = { type: 'ResetEventConsumer', ...of, after: begin, reason: 'lost', by: 'lee' };
const remove: EventConsumerCommand = { type: 'DeleteEventConsumer', ...of, reason: 'over', by: 'lee' };

describe('I-06 a consumer of the event stream', () => {
  test('is registered once, with who did it and where it begins', () => {
    given()
      .when(register)
      .then({ type: 'EventConsumerRegistered', data: { name: 'figures', after: begin, registeredBy: 'kim' } });
    given(register).when(register).thenNothing();
    for (const command of [reset, remove]) given().when(command).thenRefused('NOT_FOUND');
  });

  test('is reset to the same place again, since it has gone on meanwhile', () => {
    const done = { type: 'EventConsumerReset', data: { after: begin, reason: 'lost', resetBy: 'lee' } } as const;
    given(register).when(reset).then(done);
    given(register, reset).when(reset).then(done);
  });

  test('is deleted once, and stays deleted', () => {
    given(register)
      .when(remove)
      .then({ type: 'EventConsumerDeleted', data: { reason: 'over', deletedBy: 'lee' } });
    given(register, remove).when(remove).thenNothing();
    given(register, remove).when(reset).thenRefused('CONSUMER_DELETED');
    given(register, remove).when(register).thenNothing();
  });
});
