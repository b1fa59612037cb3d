import { expect, test } from '@jest/globals';
import type { ApprovalCalls, NeedsApproval } from '../../commands/calls/approvals.ts';
import type { AppPorts } from '../../commands/calls/callPorts.ts';
import { policyCalls } from '../../commands/calls/policies.ts';
import { done, refusedAs } from '../../commands/outcome.ts';
import { demoTaxCodes } from '../../domain/masterData/demo.ts';
import { eventsOf, ofType } from './facts.ts';
import { bu, inNewUnits, world } from './newUnits.ts';
import { must } from './world.ts';

inNewUnits('POL');

const codes = (engineCode: string) => ({ ...demoTaxCodes, bu, items: [{ taxCode: 'TPP', engineCode }] });

const agreed: ApprovalCalls['requireApproval'] = async (_need, { commandId, occurredAt: recordedAt }) =>
  done(
    { approvalId: 'A', requestedBy: 'admin', approvedBy: 'lee' },
    { commandId, recordedAt, stream: 'approval-operations.A', revision: 1, position: '1' },
  );

/** Publishes `wanted`, which somebody agrees to once `meanwhile` has come into force; of what comes after nobody agrees to anything. */
const publishAfter = async (wanted: ReturnType<typeof codes>, meanwhile: ReturnType<typeof codes>) => {
  const ports = { executor: world.executor(), catalog: world.catalog } as unknown as AppPorts;
  const needs: NeedsApproval[] = [];
  const requireApproval: ApprovalCalls['requireApproval'] = async (need, context) => {
    needs.push(need);
    if (needs.length > 1) return refusedAs('APPROVAL_REQUIRED', 'Nobody has agreed.');
    await must(policyCalls(ports, { requireApproval: agreed }).publishTaxCodes(meanwhile, world.as('other')));
    return agreed(need, context);
  };
  const outcome = await policyCalls(ports, { requireApproval }).publishTaxCodes(wanted, world.as('admin'));
  const published = ofType(await eventsOf(world, bu), 'TaxCodesPublished').map(({ data }) => data.items);
  return { outcome, published, replaced: needs.map(({ change }) => change?.replaces.version) };
};

test('O-34 what was agreed to in the place of a version that is replaced meanwhile is asked for again', async () => {
  const { outcome, published, replaced } = await publishAfter(codes('ONE'), codes('TWO'));
  expect(outcome).toMatchObject({ kind: 'refused', refusal: { refused: 'APPROVAL_REQUIRED' } });
  expect(replaced).toEqual([1, 2]);
  expect(published).toEqual([demoTaxCodes.items, codes('TWO').items]);
});

test('O-34 where somebody else has published the very same meanwhile, it is in force and nobody is asked again', async () => {
  const { outcome, published, replaced } = await publishAfter(codes('ONE'), codes('ONE'));
  expect(outcome).toMatchObject({ kind: 'done', value: { version: 2 } });
  expect(replaced).toEqual([1]);
  expect(published).toHaveLength(2);
});
