import { isUtf8 } from 'node:buffer';
import type { Operations } from '../../api/deps.ts';
import type { Application, Outcome } from '../../commands/application.ts';
import type { DrawnSample } from '../../commands/calls/auditSamples.ts';
import type { StockCountInput } from '../../commands/calls/countContent.ts';
import type { CapturedOrder } from '../../commands/calls/inputs.ts';
import type { DrawnReport } from '../../commands/calls/reportRuns.ts';
import type { CutOverInput, ExplanationInput } from '../../commands/calls/shadowLedgers.ts';
import type { StockSnapshotInput } from '../../commands/calls/snapshotContent.ts';
import type { ResendInput } from '../../commands/edi/resendDocument.ts';
import type { OfConsumer, RegisterInput } from '../../commands/eventConsumers/eventConsumerCalls.ts';
import type { ImportInput } from '../../commands/intake/calls.ts';
import { invalid, violation } from '../../commands/outcome.ts';
import type { CommandContext, Receipt } from '../../commands/ports.ts';
import type { ProposeInput } from '../../commands/promotion/propose.ts';
import type { ReconciliationRequest } from '../../commands/reconciliation/calls.ts';
import type { ReservationInput } from '../../commands/reservations/reservationContent.ts';
import type { SimulationInput } from '../../commands/simulation/calls.ts';
import type { OfWebhook, SubscribeInput } from '../../commands/webhooks/webhookCalls.ts';
import { importDecider } from '../../domain/intake/intake.ts';
import { simulationDecider } from '../../domain/simulation/simulation.ts';

type RecordedCall = { readonly name: string; readonly input: unknown; readonly context: CommandContext };

const aRebuild = {
  bu: 'operations',
  projection: 'orders',
  rebuildId: 'orders-v2',
  fromVersion: 1,
  toVersion: 2,
  reason: 'the fix of yesterday',
  requestedBy: 'ops',
  expectedChanges: [],
  phase: 'REPLAYING' as const,
  compared: null,
};

const aPromotion = { promotionId: '01JD0000000000000000000461' };

const aSimulation = {
  ...{ bu: 'operations', businessUnit: 'ACME', policySha256: 'a'.repeat(64), simulationVersion: 1 },
  range: { kind: 'POSITIONS', after: '0', through: '00000000000000000042' },
  ...{ reason: 'before the season', requestedBy: 'key:ops' },
} as const;

const nordbuy = {
  ...{ bu: 'ACME', partner: 'NORDBUY', soldTo: 'C-1001', active: true, version: 1, usage: 'P' as const },
  them: { qualifier: '01', id: '123456789', application: 'NORDBUY' },
  us: { qualifier: 'ZZ', id: 'ACMESUPPLY', application: 'ACMESUPPLY' },
  ...{ x12Version: '004010', sends: [], acknowledges: true },
  orders: { channel: 'edi', shipTo: 'MAIN', leadDays: 3, pricesCount: true },
};

const aReceivedInterchange = {
  ...{ bu: 'ACME', partner: 'NORDBUY', soldTo: 'C-1001', interchange: '000000017', payloadSha256: 'a'.repeat(64) },
  ...{ repeated: false, groups: [], sets: [], acknowledgement: null },
};

const notWhole = [{ pointer: '/content', code: 'INTERCHANGE_INVALID', detail: 'An interchange begins with ISA.' }];

/** Every interchange is that partner's here. */
const identified = {
  bytes: new Uint8Array(),
  partner: nordbuy,
  opened: {
    ...{ them: nordbuy.them, us: nordbuy.us, interchange: '000000017', usage: 'P', groups: [] },
    receiptAsked: null,
    interchangeAcknowledgements: [],
    advice: () => {
      throw new Error('not read');
    },
    stockReport: () => {
      throw new Error('not read');
    },
    change: () => {
      throw new RangeError('there is no set');
    },
    ...{ errorsOf: () => [], acknowledgement: () => undefined },
    order: () => {
      throw new RangeError('there is no set');
    },
  },
};

/** A write side that does nothing but remember: for tests of the edge, which must not depend on what is decided. */
export type FakeApplication = {
  readonly application: Application;
  readonly operations: Operations;
  readonly calls: RecordedCall[];
  /** What the next call does before it answers; it may throw, wait, or answer itself. */
  onCall: ((call: RecordedCall) => Promise<Outcome<unknown> | undefined>) | undefined;
};

export const receiptOf = (context: CommandContext, stream = 'order-ACME.X'): Receipt => ({
  commandId: context.commandId,
  stream,
  revision: 3,
  position: '00000000000000000007',
  recordedAt: '2026-11-23T08:00:00.000Z',
});

const zero = 0n;

const capturedOrder = (orderId: string): CapturedOrder => ({
  orderId,
  bu: 'ACME',
  channel: 'portal',
  status: 'OPEN',
  revision: 3,
  customerPo: 'PO-7001',
  soldTo: 'C-1001',
  currency: 'USD',
  requestedDate: '2026-12-01',
  totals: { gross: '12500', discount: '1000', charges: '1500', net: '13000' },
  erpNumber: null,
  holds: [],
  lines: [
    {
      lineId: '10',
      originLineId: null,
      item: 'BRG-6204',
      uom: 'EA',
      status: 'SOURCING',
      unitPrice: '12.50',
      buckets: {
        ordered: 10n,
        unsourced: 10n,
        backordered: zero,
        reserved: zero,
        allocated: zero,
        picked: zero,
        dropship: zero,
        shipped: zero,
        overshipped: zero,
        cancelled: zero,
        invoiced: zero,
        gifted: zero,
        returned: zero,
        credited: zero,
      },
    },
  ],
});

export const makeFakeApplication = (): FakeApplication => {
  const fake: {
    application?: Application;
    operations?: Operations;
    calls: RecordedCall[];
    onCall: FakeApplication['onCall'];
  } = {
    calls: [],
    onCall: undefined,
  };
  const answering =
    <Input, T>(name: string, value: (input: Input, context: CommandContext) => T) =>
    async (input: Input, context: CommandContext): Promise<Outcome<T>> => {
      const call = { name, input, context };
      fake.calls.push(call);
      const special = await fake.onCall?.(call);
      return (
        (special as Outcome<T> | undefined) ?? {
          kind: 'done',
          value: value(input, context),
          receipt: receiptOf(context),
        }
      );
    };
  const receivedImport = answering('requestImport', (input: ImportInput, { commandId: importId, actor }) => {
    const { bu: businessUnit, kind, dryRun, file } = input;
    const received = {
      ...{ bu: 'operations', importId, businessUnit, kind, dryRun, payloadSha256: file.sha256 },
      ...{ bytes: file.bytes, uploadId: file.uploadId, requestedBy: actor.id },
    };
    return { received, state: importDecider.initial };
  });
  const ofQty = (name: string) => answering(name, (input: { readonly qty: string }) => ({ qty: input.qty }));
  const ofSupply = (name: string) =>
    answering(name, ({ supplyId }: { readonly supplyId: string }) => ({
      ...{ supplyId, expected: '100', received: '40', open: '60', excess: '0', availableDate: '2026-12-24' },
    }));
  const ofVersion = (name: string) => answering(name, () => ({ version: 2 }));
  const previewed = async () =>
    ({
      kind: 'previewed',
      value: {
        ...{ version: 2, needsApproval: true },
        change: { replaces: { version: 1, contentSha256: 'a' }, contentSha256: 'b', differences: [] },
      },
    }) as const;
  const ofShipment = (name: string) =>
    answering(name, (input: { readonly shipmentId: string }) => ({ shipmentId: input.shipmentId }));
  const ofDropShip = (name: string) => answering(name, (input: { readonly poId: string }) => ({ poId: input.poId }));
  const ofReturn = (name: string) => answering(name, (_input, context) => ({ rmaId: context.commandId }));
  const ofTransfer = (name: string) => answering(name, (_input, context) => ({ transferId: context.commandId }));
  const ofRebuild = (name: string) =>
    answering(name, (input: { readonly rebuildId: string }) => ({ rebuildId: input.rebuildId }));
  fake.application = {
    contentChecks: {
      order: async () => [],
      cancelledLines: async () => [],
      addedLines: async () => [],
      changedLine: async () => [],
      substitutedLine: async () => [],
      reservation: async () => [],
      stockMovement: async () => [],
      statusChange: async () => [],
      supply: async () => [],
      safetyStock: async () => [],
      stockCount: async () => [],
      stockSnapshot: async () => [],
      supplyReschedule: async () => [],
      supplyReceipt: async () => [],
      supplyCancellation: async () => [],
      books: async () => [],
      shipmentLines: async () => [],
      cartons: async () => [],
    },
    canClaim: false,
    orderKey: () => undefined,
    submitOrder: answering('submitOrder', (_input, context) => capturedOrder(context.commandId)),
    cancelOrder: answering('cancelOrder', (_input, context) => ({ changeId: context.commandId })),
    addLines: answering('addLines', (_input, context) => ({ changeId: context.commandId })),
    changeLine: answering('changeLine', (_input, context) => ({ changeId: context.commandId })),
    substituteLine: answering('substituteLine', (_input, context) => ({ changeId: context.commandId })),
    previewChange: async () => ({
      kind: 'previewed',
      value: {
        ...{ bu: 'ACME', currency: 'USD', netBefore: '11500', netAfter: '13800' },
        credit: { required: '2300', outcome: 'GRANTED' },
        lines: [
          {
            ...{ lineId: '10', item: 'BRG-6204', uom: 'EA', unitPrice: '12.50', before: '10', after: '12' },
            ...{ netBefore: '11500', netAfter: '13800', stoppedAtOnce: '0', toBeAsked: '0' },
          },
        ],
      },
    }),
    orderHolds: async () => undefined,
    reserve: answering(
      'reserve',
      ({ kind, lines, allowPartial: _p, allowSplit: _s, ...input }: ReservationInput, context) => ({
        ...{ bu: input.bu, channel: input.channel, soldTo: input.soldTo, purpose: kind, needDate: '2026-12-01' },
        ...{ reservationId: context.commandId, expiresAt: '2026-11-23T08:15:00.000Z' },
        lines: lines.map(({ lineId, item, qty }) => ({
          ...{ lineId, item, qty, baseUom: 'EA', fullQtyDate: null },
          parts: [{ partId: `${context.commandId}:${lineId}:DC-EAST:1`, node: 'DC-EAST', qty }],
        })),
      }),
    ),
    extendReservation: answering('extendReservation', () => ({ expiresAt: '2026-11-23T08:30:00.000Z', lines: [] })),
    releaseReservation: answering('releaseReservation', () => ({ lines: [] })),
    reservationOwner: async () => undefined,
    shipmentPlace: async () => undefined,
    plannedPlace: async () => undefined,
    invoiceOwner: async () => undefined,
    releaseHold: answering('releaseHold', (input: { readonly orderId: string }) => capturedOrder(input.orderId)),
    recordStockMovement: ofQty('recordStockMovement'),
    changeStockStatus: ofQty('changeStockStatus'),
    correctCost: answering('correctCost', ({ amount }: { readonly amount: string }) => ({
      ...{ amount, inStock: amount, variance: '0', unitCost: '6.00' },
    })),
    expectSupply: ofQty('expectSupply'),
    recordStockCount: answering('recordStockCount', ({ countId, lines }: StockCountInput) => ({
      countId,
      lines: lines.map(({ item, status = 'SELLABLE', counted, believed = null }) => ({
        ...{ item, status, counted, booked: counted, believed, adjusted: '0', superseded: false },
      })),
    })),
    recordStockSnapshot: answering('recordStockSnapshot', ({ snapshotId, lines }: StockSnapshotInput) => ({
      ...{ snapshotId, dialectVersion: 1 },
      lines: lines.map(({ item }) => ({ item, figures: [{ figure: 'ON_HAND' as const, qty: '7' }] })),
    })),
    rescheduleSupply: ofSupply('rescheduleSupply'),
    receiveSupply: ofSupply('receiveSupply'),
    cancelSupply: ofSupply('cancelSupply'),
    recordPick: ofShipment('recordPick'),
    recordPack: ofShipment('recordPack'),
    confirmShipment: answering('confirmShipment', (input: { readonly shipmentId: string }) => ({
      shipmentId: input.shipmentId,
      orderId: 'X',
    })),
    reportShortage: ofShipment('reportShortage'),
    voidShipment: ofShipment('voidShipment'),
    resolveOvershipment: answering('resolveOvershipment', ({ shipmentId, outcome }, context) => ({
      ...{ shipmentId, resolutionId: context.commandId, outcome },
    })),
    recordTracking: ofShipment('recordTracking'),
    recordDelivery: ofShipment('recordDelivery'),
    recordLoss: ofShipment('recordLoss'),
    decideLoss: ofShipment('decideLoss'),
    reassignLoss: ofShipment('reassignLoss'),
    recordFound: ofShipment('recordFound'),
    acknowledgeDropShip: ofDropShip('acknowledgeDropShip'),
    recordDropShipNotice: ofDropShip('recordDropShipNotice'),
    matchSupplierBill: ofDropShip('matchSupplierBill'),
    dropShipOwner: async () => undefined,
    authoriseReturn: ofReturn('authoriseReturn'),
    recordReturnReceipt: ofReturn('recordReturnReceipt'),
    inspectReturn: ofReturn('inspectReturn'),
    closeReturn: ofReturn('closeReturn'),
    returnOwner: async () => undefined,
    orderTransfer: ofTransfer('orderTransfer'),
    rescheduleTransfer: ofTransfer('rescheduleTransfer'),
    shipTransfer: ofTransfer('shipTransfer'),
    receiveTransfer: ofTransfer('receiveTransfer'),
    closeTransfer: ofTransfer('closeTransfer'),
    transferPlace: async () => undefined,
    voidInvoice: answering('voidInvoice', (input: { readonly invoiceId: string }) => ({ invoiceId: input.invoiceId })),
    creditInvoice: answering('creditInvoice', (input: { readonly invoiceId: string }) => ({
      ...{ creditMemoId: 'X', invoiceId: input.invoiceId },
    })),
    repriceLine: answering('repriceLine', ({ lineId, unitPrice }: { lineId: string; unitPrice: string }) => ({
      ...{ lineId, unitPrice },
    })),
    recordDeposit: answering('recordDeposit', ({ orderId }: { readonly orderId: string }) => ({
      ...{ depositId: `${orderId}-1`, orderId },
    })),
    refundDeposit: answering('refundDeposit', ({ depositId }: { readonly depositId: string }) => ({
      ...{ depositId, orderId: depositId.slice(0, 26) },
    })),
    depositOwner: async () => undefined,
    recordPayment: answering('recordPayment', ({ invoiceId }: { readonly invoiceId: string }) => ({
      ...{ paymentId: 'X', invoiceId },
    })),
    disputeInvoice: answering('disputeInvoice', ({ invoiceId }: { readonly invoiceId: string }) => ({
      ...{ disputeId: 'X', invoiceId },
    })),
    resolveDispute: answering('resolveDispute', ({ invoiceId }: { readonly invoiceId: string }) => ({
      ...{ disputeId: 'X', invoiceId },
    })),
    writeOffInvoice: answering('writeOffInvoice', ({ invoiceId }: { readonly invoiceId: string }) => ({
      ...{ writeOffId: 'X', amount: '100', invoiceId },
    })),
    acceptTaxMismatch: answering('acceptTaxMismatch', ({ invoiceId }: { readonly invoiceId: string }) => ({
      ...{ acceptanceId: 'X', difference: '6', invoiceId },
    })),
    requestTaxCheck: answering('requestTaxCheck', ({ invoiceId }: { readonly invoiceId: string }) => ({ invoiceId })),
    sealGlBatch: answering('sealGlBatch', () => ({
      batchId: 'PRIMARY-202611-0001',
      state: 'SEALED' as const,
      journalCount: 2,
      sha256: 'a'.repeat(64),
      controlTotals: [{ currency: 'USD', account: '4000', debit: '0', credit: '100' }],
    })),
    openPeriod: answering('openPeriod', (input: { readonly period: string }) => ({ period: input.period })),
    softClosePeriod: answering('softClosePeriod', () => ({ periodId: 'P', state: 'SOFT_CLOSED' as const })),
    restageJournal: answering('restageJournal', () => ({ journalId: 'J', supersededBy: 'K' })),
    reverseJournal: answering('reverseJournal', () => ({ journalId: 'J', accountingDate: '', reversedBy: 'R' })),
    repostJournal: answering('repostJournal', () => ({
      ...{ journalId: 'J', accountingDate: '', reversedBy: 'R', repostedBy: 'K' },
    })),
    closePeriod: answering('closePeriod', () => ({
      ...{ periodId: 'P', state: 'CLOSED' as const, throughPosition: '1' },
      ...{ checklistSha256: 'a'.repeat(64), trialBalanceSha256: 'b'.repeat(64) },
    })),
    reopenPeriod: answering('reopenPeriod', () => ({ periodId: 'P', state: 'OPEN' as const })),
    setCreditLimit: answering('setCreditLimit', (input: { readonly customer: string }) => ({
      customer: input.customer,
    })),
    setSafetyStock: ofQty('setSafetyStock'),
    defineItem: ofVersion('defineItem'),
    defineCustomer: ofVersion('defineCustomer'),
    defineNode: ofVersion('defineNode'),
    definePriceList: ofVersion('definePriceList'),
    definePartner: ofVersion('definePartner'),
    defineCrossReference: ofVersion('defineCrossReference'),
    defineBusinessUnit: ofVersion('defineBusinessUnit'),
    publishAccountMap: ofVersion('publishAccountMap'),
    publishPostingRules: ofVersion('publishPostingRules'),
    publishTaxCodes: ofVersion('publishTaxCodes'),
    publishLateSupply: ofVersion('publishLateSupply'),
    publishIntercompany: ofVersion('publishIntercompany'),
    previewAccountMap: previewed,
    previewPostingRules: previewed,
    previewTaxCodes: previewed,
    previewLateSupply: previewed,
    previewIntercompany: previewed,
    requireApproval: answering('requireApproval', () => ({ approvalId: 'X', requestedBy: 'X', approvedBy: 'someone' })),
    decideApproval: answering(
      'decideApproval',
      (input: { readonly approvalId: string; readonly decision: 'GRANT' | 'DENY' }) => ({
        approvalId: input.approvalId,
        state: input.decision === 'GRANT' ? ('GRANTED' as const) : ('DENIED' as const),
      }),
    ),
    requestRebuild: answering('requestRebuild', (input: { readonly projection: string }) => ({
      ...aRebuild,
      projection: input.projection,
    })),
    swapRebuild: ofRebuild('swapRebuild'),
    abortRebuild: ofRebuild('abortRebuild'),
    rollBackRebuild: ofRebuild('rollBackRebuild'),
    latestRebuild: async () => aRebuild,
    takeWarehouseMessage: async (_bu, _message, context) => ({
      kind: 'done',
      value: { shipmentId: 'X' },
      receipt: receiptOf(context),
    }),
  };
  const erased = (input: { readonly bu: string; readonly customer: string }) => ({
    subject: `customer:${input.bu}.${input.customer}`,
    keys: [{ generation: 1, createdAt: '2026-11-23T08:00:00Z', destroyedAt: '2026-11-24T08:00:00Z' }],
    erasures: {
      ...{ throughGeneration: 1, ground: 'SUBJECT_REQUEST' as const, reference: null },
      ...{ requestedBy: 'one', approvedBy: 'other' },
    },
  });
  const ofConsumer = (name: string) => answering(name, ({ consumerId }: OfConsumer) => ({ consumerId }));
  const ofWebhook = (name: string) => answering(name, ({ subscriptionId }: OfWebhook) => ({ subscriptionId }));
  fake.operations = {
    eraseSubject: answering('eraseSubject', erased),
    dataSubject: async (input) => erased(input),
    discardMessages: answering('discardMessages', (_input, context) => ({
      discardId: context.commandId,
      messages: [],
    })),
    assignCase: answering('assignCase', () => ({ owner: 'kim' })),
    resolveCase: answering('resolveCase', () => ({ outcome: 'FIXED' as const })),
    startReconciliation: answering('startReconciliation', (input, context) => ({
      ...(input as ReconciliationRequest),
      runId: context.commandId,
    })),
    caseOwner: async () => ({ bu: 'ACME' }),
    recordReportRun: answering('recordReportRun', (drawn, context) => ({
      ...(drawn as DrawnReport),
      ...{ runId: context.commandId, bu: 'operations', runBy: 'key:finance' },
    })),
    simulationViolations: async () => [],
    requestSimulation: answering('requestSimulation', (input, context) => ({
      asked: { ...aSimulation, simulationId: context.commandId, policy: (input as SimulationInput).policy },
      state: simulationDecider.initial,
    })),
    cancelSimulation: answering('cancelSimulation', ({ simulationId }: { readonly simulationId: string }) => ({
      simulationId,
    })),
    keepFile: async (chunks) => {
      const parts: Uint8Array[] = [];
      for await (const chunk of chunks) parts.push(chunk);
      const content = Buffer.concat(parts);
      const about = { uploadId: 'U', sha256: 'a'.repeat(64), bytes: content.length, isUtf8: isUtf8(content) };
      return { ...about, header: null };
    },
    releaseFile: async () => {},
    requestImport: async (input, context) =>
      input.file.isUtf8
        ? receivedImport(input, context)
        : invalid([violation('/content', 'FORMAT_INVALID', 'No text.')]),
    cancelImport: answering('cancelImport', ({ importId }: { readonly importId: string }) => ({ importId })),
    recordAuditSample: answering('recordAuditSample', (drawn, context) => ({
      ...(drawn as DrawnSample),
      ...{ sampleId: context.commandId, drawnBy: 'key:auditor' },
    })),
    previewPromotion: async ({ artefact }) => ({
      kind: 'previewed',
      value: { ...aPromotion, source: artefact.source, artefactSha256: artefact.sha256, objects: [] },
    }),
    proposePromotion: answering('proposePromotion', (input) => {
      const { bu, artefact, reason } = input as ProposeInput & { readonly reason: string };
      const about = { bu, source: artefact.source, artefactSha256: artefact.sha256 };
      return { ...aPromotion, ...about, objects: [], reason, proposedBy: 'key:admin', state: 'PROPOSED' as const };
    }),
    applyPromotion: answering('applyPromotion', () => ({ ...aPromotion, state: 'APPLIED' as const, versions: [] })),
    defineShadowLedger: ofVersion('defineShadowLedger'),
    explainShadowDifference: answering('explainShadowDifference', ({ key, until }: ExplanationInput) => ({
      key,
      until,
    })),
    cutOverShadowLedger: answering('cutOverShadowLedger', ({ effectiveDate }: CutOverInput) => ({
      ...{ from: 'erp', to: 'cloud', effectiveDate },
    })),
    cancelCutOver: answering('cancelCutOver', ({ bu }: { readonly bu: string }) => ({ bu })),
    identifyInterchange: async (bytes) =>
      Buffer.from(bytes).toString('latin1').startsWith('ISA') ? identified : notWhole,
    receiveInterchange: answering('receiveInterchange', () => aReceivedInterchange),
    documentPlace: async () => ({ bu: 'ACME', partner: 'NORDBUY', soldTo: 'C-1001', controlNumber: 1 }),
    resendDocument: answering('resendDocument', ({ documentId: resends }: ResendInput, context) => ({
      ...{ documentId: context.commandId, controlNumber: 2, payloadSha256: 'a'.repeat(64), resends },
    })),
    missingGroup: async () => undefined,
    pauseWork: answering('pauseWork', () => ({ paused: true })),
    limitWork: answering('limitWork', () => ({ limit: { steps: 50, per: 'second' as const } })),
    liftLimit: answering('liftLimit', () => ({ limit: null })),
    resumeWork: answering('resumeWork', () => ({ paused: false })),
    subscribeWebhook: answering('subscribeWebhook', ({ existing: _, ...input }: SubscribeInput, context) => ({
      ...{ ...input, subscriptionId: context.commandId, secretId: context.commandId, secret: 'whsec_told' },
    })),
    rotateWebhookSecret: answering('rotateWebhookSecret', ({ subscriptionId }: OfWebhook, context) => ({
      ...{ subscriptionId, secretId: context.commandId, secret: 'whsec_told', previousUntil: null },
    })),
    pauseWebhook: ofWebhook('pauseWebhook'),
    resumeWebhook: ofWebhook('resumeWebhook'),
    deleteWebhook: ofWebhook('deleteWebhook'),
    redeliverWebhook: answering('redeliverWebhook', ({ deliveryId }: { readonly deliveryId: string }) => ({
      deliveryId,
    })),
    webhookOwner: async () => ({ bu: 'ACME', customers: null }),
    webhookOfDelivery: async () => 'X',
    registerEventConsumer: answering('registerEventConsumer', ({ existing: _, ...input }: RegisterInput, context) => ({
      ...{ ...input, consumerId: context.commandId },
    })),
    resetEventConsumer: ofConsumer('resetEventConsumer'),
    deleteEventConsumer: ofConsumer('deleteEventConsumer'),
    eventConsumer: async () => ({ bu: 'ACME', customers: null, isDeleted: false, revision: 3 }),
    acknowledgeEvents: async (acknowledged, at) => ({ ...acknowledged, at }),
    requestReplay: answering('requestReplay', (_input, context) => ({
      replayId: context.commandId,
      previews: [],
      approvalId: null,
    })),
  };
  return fake as FakeApplication;
};
