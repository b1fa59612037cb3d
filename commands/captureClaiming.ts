import { capturedOrder, examined, keyOf, submitCommand } from './appCapture.ts';
import type { Application } from './application.ts';
import type { AppPorts } from './appPorts.ts';
import { keptAnswer } from './businessKey.ts';
import { type ClaimsWithOrder, captureAtOnce } from './captureAtOnce.ts';
import { openAnswer, placedAnswer } from './openPlace.ts';

/**
 * Order, credit, the keys under which it was sent and what was answered are one append and one commit: whoever is killed
 * leaves all of it or nothing. A key that is taken, by the same request or another one, lets nothing be written.
 */
export const submitOrderClaiming =
  (ports: AppPorts): NonNullable<Application['submitOrderClaiming']> =>
  async (input, context, { answer, ...request }) => {
    const { validation, sha256 } = examined(ports, input);
    if (validation.kind === 'invalid') return undefined;
    const { commandId } = context;
    const claims: ClaimsWithOrder = (state, receipt) => [
      {
        ...{ ...request, commandId, forever: false },
        answer: openAnswer(answer(capturedOrder(state, receipt.revision), receipt)),
      },
      {
        ...{ ...keyOf(input, sha256), commandId, forever: true },
        answer: openAnswer(keptAnswer({ value: { orderId: commandId }, receipt })),
      },
    ];
    const command = submitCommand(commandId, input, validation.order, sha256, undefined);
    const captured = await captureAtOnce(ports, command, context, claims);
    const [claimed] = captured?.claimed ?? [];
    return captured && claimed && placedAnswer(claimed.answer, captured.receipt);
  };
