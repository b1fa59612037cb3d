import type { Migration } from 'kysely/migration';
import * as log from './migrations/0001_log.ts';
import * as operations from './migrations/0002_operations.ts';
import * as projections from './migrations/0010_projections.ts';
import * as orderReadModels from './migrations/0011_order_read_models.ts';
import * as stockReadModels from './migrations/0012_stock_read_models.ts';
import * as documentReadModels from './migrations/0013_document_read_models.ts';
import * as ledgerReadModels from './migrations/0014_ledger_read_models.ts';
import * as auditReadModels from './migrations/0015_audit_read_models.ts';
import * as subledgerReadModels from './migrations/0016_subledger_read_models.ts';
import * as wholeBackorders from './migrations/0017_whole_backorders.ts';
import * as receivablesAndResealing from './migrations/0018_receivables_and_resealing.ts';
import * as stuck from './migrations/0019_stuck.ts';
import * as fasterAppend from './migrations/0020_append.ts';
import * as claimsInOneCall from './migrations/0021_claims.ts';
import * as builds from './migrations/0030_builds.ts';
import * as rebuilds from './migrations/0031_rebuilds.ts';
import * as approvals from './migrations/0040_approvals.ts';
import * as replays from './migrations/0041_replays.ts';
import * as deadLetterPayloads from './migrations/0042_dead_letter_payloads.ts';
import * as controls from './migrations/0043_controls.ts';
import * as firstBuilds from './migrations/0049_first_builds.ts';
import * as lineageFlows from './migrations/0050_lineage_flows.ts';
import * as history from './migrations/0051_history.ts';
import * as tieOuts from './migrations/0052_tie_outs.ts';
import * as evidence from './migrations/0060_evidence.ts';
import * as evidenceExports from './migrations/0061_evidence_exports.ts';
import * as outboxRoom from './migrations/0110_outbox_room.ts';
import * as everyBuild from './migrations/0130_every_build.ts';
import * as snapshots from './migrations/0160_snapshots.ts';
import * as workers from './migrations/0170_workers.ts';
import * as subjectKeys from './migrations/0180_subject_keys.ts';
import * as priorities from './migrations/0185_priorities.ts';
import * as rateLimits from './migrations/0186_rate_limits.ts';
import * as appendBySubscript from './migrations/0194_append_by_subscript.ts';
import * as claimAnswers from './migrations/0199_claim_answers.ts';
import * as appendInBinary from './migrations/0207_append_in_binary.ts';
import * as outboxBacklog from './migrations/0212_outbox_backlog.ts';
import * as firstIds from './migrations/0213_first_ids.ts';
import * as appendClaimed from './migrations/0215_append_claimed.ts';
import * as decisions from './migrations/0218_decisions.ts';
import * as unreadIndexes from './migrations/0220_unread_indexes.ts';
import * as parkedMessages from './migrations/0221_parked_messages.ts';
import * as messageDiscards from './migrations/0222_message_discards.ts';
import * as parkedTheirIds from './migrations/0223_parked_their_ids.ts';
import * as approvalsOfSeveral from './migrations/0224_approvals_of_several.ts';
import * as periods from './migrations/0225_periods.ts';
import * as unbilled from './migrations/0230_unbilled.ts';
import * as whoDidWhat from './migrations/0240_who_did_what.ts';
import * as movedQuantities from './migrations/0241_moved_quantities.ts';
import * as corrections from './migrations/0245_corrections.ts';
import * as webhooks from './migrations/0250_webhooks.ts';
import * as creditMemos from './migrations/0260_credit_memos.ts';
import * as returns from './migrations/0270_returns.ts';
import * as channelReservations from './migrations/0280_channel_reservations.ts';
import * as closing from './migrations/0290_closing.ts';
import * as stuckNotices from './migrations/0295_stuck_notices.ts';
import * as kits from './migrations/0300_kits.ts';
import * as dropShips from './migrations/0305_drop_ships.ts';
import * as payloads from './migrations/0310_payloads.ts';
import * as partnerDocuments from './migrations/0320_partner_documents.ts';
import * as deposits from './migrations/0325_deposits.ts';
import * as exceptions from './migrations/0330_exceptions.ts';
import * as returnsCredited from './migrations/0335_returns_credited.ts';
import * as deliveries from './migrations/0336_deliveries.ts';
import * as holdsOfChanges from './migrations/0345_holds_of_changes.ts';
import * as paymentDuties from './migrations/0350_payment_duties.ts';
import * as reconciliations from './migrations/0355_reconciliations.ts';
import * as fraudChecks from './migrations/0365_fraud_checks.ts';
import * as acknowledgedDocuments from './migrations/0370_acknowledged_documents.ts';
import * as definitions from './migrations/0380_definitions.ts';
import * as payments from './migrations/0385_payments.ts';
import * as disputedLines from './migrations/0386_disputed_lines.ts';
import * as auditSamples from './migrations/0390_audit_samples.ts';
import * as receivedSets from './migrations/0395_received_sets.ts';
import * as lateSupplies from './migrations/0400_late_supplies.ts';
import * as cartons from './migrations/0401_cartons.ts';
import * as stockFeeds from './migrations/0405_stock_feeds.ts';
import * as ordersOfErps from './migrations/0410_orders_of_erps.ts';
import * as requestTrail from './migrations/0415_request_trail.ts';
import * as waitingAnswers from './migrations/0420_waiting_answers.ts';
import * as payloadAge from './migrations/0421_payload_age.ts';
import * as progressOfOrders from './migrations/0430_progress_of_orders.ts';
import * as suppliesRead from './migrations/0431_supplies_read.ts';
import * as keptLongEnough from './migrations/0433_kept_long_enough.ts';
import * as agreedPolicies from './migrations/0434_agreed_policies.ts';
import * as sightedOrders from './migrations/0436_sighted_orders.ts';
import * as substitutes from './migrations/0437_substitutes.ts';
import * as substitutedLines from './migrations/0438_substituted_lines.ts';
import * as shadowLedgers from './migrations/0440_shadow_ledgers.ts';
import * as simulations from './migrations/0444_simulations.ts';
import * as channelsOfAnOccasion from './migrations/0450_channels_of_an_occasion.ts';
import * as unmadeDocuments from './migrations/0451_unmade_documents.ts';
import * as listsByIndex from './migrations/0453_lists_by_index.ts';
import * as lateSupplyPolicies from './migrations/0454_late_supply_policies.ts';
import * as eventStream from './migrations/0457_event_stream.ts';
import * as imports from './migrations/0458_imports.ts';
import * as promotions from './migrations/0461_promotions.ts';
import * as stockSnapshots from './migrations/0463_stock_snapshots.ts';
import * as shadowMoves from './migrations/0465_shadow_moves.ts';
import * as agents from './migrations/0466_agents.ts';
import * as overshipments from './migrations/0467_overshipments.ts';
import * as taxDifferences from './migrations/0475_tax_differences.ts';
import * as shipmentLosses from './migrations/0479_shipment_losses.ts';
import * as lostLines from './migrations/0480_lost_lines.ts';
import * as transfers from './migrations/0481_transfers.ts';
import * as intercompanyLines from './migrations/0483_intercompany_lines.ts';
import * as toldStockByItem from './migrations/0485_told_stock_by_item.ts';
import * as kitsOnInvoiceLines from './migrations/0486_kits_on_invoice_lines.ts';

/**
 * Every change of the schema, oldest first. To add one: write `migrations/<next number>_<subject>.ts` with an `up`
 * function, import it above and add its row. Names never change and rows never go away. What changes the tables of a read
 * model goes through `everyBuild.ts`.
 */
export const migrations: Record<string, Migration> = {
  '0001_log': log,
  '0002_operations': operations,
  '0010_projections': projections,
  '0011_order_read_models': orderReadModels,
  '0012_stock_read_models': stockReadModels,
  '0013_document_read_models': documentReadModels,
  '0014_ledger_read_models': ledgerReadModels,
  '0015_audit_read_models': auditReadModels,
  '0016_subledger_read_models': subledgerReadModels,
  '0017_whole_backorders': wholeBackorders,
  '0018_receivables_and_resealing': receivablesAndResealing,
  '0019_stuck': stuck,
  '0020_append': fasterAppend,
  '0021_claims': claimsInOneCall,
  '0030_builds': builds,
  '0031_rebuilds': rebuilds,
  '0040_approvals': approvals,
  '0041_replays': replays,
  '0042_dead_letter_payloads': deadLetterPayloads,
  '0043_controls': controls,
  '0049_first_builds': firstBuilds,
  '0050_lineage_flows': lineageFlows,
  '0051_history': history,
  '0052_tie_outs': tieOuts,
  '0060_evidence': evidence,
  '0061_evidence_exports': evidenceExports,
  '0110_outbox_room': outboxRoom,
  '0130_every_build': everyBuild,
  '0160_snapshots': snapshots,
  '0170_workers': workers,
  '0180_subject_keys': subjectKeys,
  '0185_priorities': priorities,
  '0186_rate_limits': rateLimits,
  '0194_append_by_subscript': appendBySubscript,
  '0199_claim_answers': claimAnswers,
  '0207_append_in_binary': appendInBinary,
  '0212_outbox_backlog': outboxBacklog,
  '0213_first_ids': firstIds,
  '0215_append_claimed': appendClaimed,
  '0218_decisions': decisions,
  '0220_unread_indexes': unreadIndexes,
  '0221_parked_messages': parkedMessages,
  '0222_message_discards': messageDiscards,
  '0223_parked_their_ids': parkedTheirIds,
  '0224_approvals_of_several': approvalsOfSeveral,
  '0225_periods': periods,
  '0230_unbilled': unbilled,
  '0240_who_did_what': whoDidWhat,
  '0241_moved_quantities': movedQuantities,
  '0245_corrections': corrections,
  '0250_webhooks': webhooks,
  '0260_credit_memos': creditMemos,
  '0270_returns': returns,
  '0280_channel_reservations': channelReservations,
  '0290_closing': closing,
  '0295_stuck_notices': stuckNotices,
  '0300_kits': kits,
  '0305_drop_ships': dropShips,
  '0310_payloads': payloads,
  '0320_partner_documents': partnerDocuments,
  '0325_deposits': deposits,
  '0330_exceptions': exceptions,
  '0335_returns_credited': returnsCredited,
  '0336_deliveries': deliveries,
  '0345_holds_of_changes': holdsOfChanges,
  '0350_payment_duties': paymentDuties,
  '0355_reconciliations': reconciliations,
  '0365_fraud_checks': fraudChecks,
  '0370_acknowledged_documents': acknowledgedDocuments,
  '0380_definitions': definitions,
  '0385_payments': payments,
  '0386_disputed_lines': disputedLines,
  '0390_audit_samples': auditSamples,
  '0395_received_sets': receivedSets,
  '0400_late_supplies': lateSupplies,
  '0401_cartons': cartons,
  '0405_stock_feeds': stockFeeds,
  '0410_orders_of_erps': ordersOfErps,
  '0415_request_trail': requestTrail,
  '0420_waiting_answers': waitingAnswers,
  '0421_payload_age': payloadAge,
  '0430_progress_of_orders': progressOfOrders,
  '0431_supplies_read': suppliesRead,
  '0433_kept_long_enough': keptLongEnough,
  '0434_agreed_policies': agreedPolicies,
  '0436_sighted_orders': sightedOrders,
  '0437_substitutes': substitutes,
  '0438_substituted_lines': substitutedLines,
  '0440_shadow_ledgers': shadowLedgers,
  '0444_simulations': simulations,
  '0450_channels_of_an_occasion': channelsOfAnOccasion,
  '0451_unmade_documents': unmadeDocuments,
  '0453_lists_by_index': listsByIndex,
  '0454_late_supply_policies': lateSupplyPolicies,
  '0457_event_stream': eventStream,
  '0461_promotions': promotions,
  '0458_imports': imports,
  '0463_stock_snapshots': stockSnapshots,
  '0465_shadow_moves': shadowMoves,
  '0466_agents': agents,
  '0467_overshipments': overshipments,
  '0475_tax_differences': taxDifferences,
  '0479_shipment_losses': shipmentLosses,
  '0480_lost_lines': lostLines,
  '0481_transfers': transfers,
  '0485_told_stock_by_item': toldStockByItem,
  '0486_kits_on_invoice_lines': kitsOnInvoiceLines,
  '0483_intercompany_lines': intercompanyLines,
};
