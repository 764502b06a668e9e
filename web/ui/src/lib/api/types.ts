// The API's types, by the names that the front uses. All of them are generated.
import type { components } from './openapi.gen';

type Schemas = components['schemas'];

export type Author = Schemas['Author'];
export type Assignee = Schemas['Assignee'];
export type SignedInTechnician = Schemas['SignedInTechnician'];
export type Session = Schemas['SessionPlace'];
export type ChatRow = Schemas['ChatRow'];
export type LastMessage = Schemas['LastMessage'];
export type ChatCounts = Schemas['ChatCounts'];
export type ChatPage = Schemas['ChatPage'];
export type OneChat = Schemas['OneChat'];
export type Message = Schemas['Message'];
export type MessagePage = Schemas['MessagePage'];
export type Fact = Schemas['Fact'];
export type LiveEvent = Schemas['LiveEvent'];
export type LiveWord = Schemas['LiveWord'];
export type PingEvent = Extract<LiveEvent, { type: 'ping' }>;
export type AssetConnected = Schemas['AssetConnected'];
export type Notice = Schemas['NoticeShape'];
export type NoticeHeard = Schemas['NoticeHeard'];
export type NoticePage = Schemas['NoticePage'];
export type NotificationRule = Schemas['NotificationRule'];
export type NotificationRuleSetting = Schemas['NotificationRuleSetting'];
export type Webhook = Schemas['Webhook'];
export type Delivery = Schemas['Delivery'];
export type DeliveryPage = Schemas['DeliveryPage'];
export type System = Schemas['System'];
export type DeadLetter = Schemas['Letter'];
export type Customer = Schemas['Customer'];
export type Contact = Schemas['Contact'];
export type Ticket = Schemas['Ticket'];
export type OneTicket = Schemas['OneTicket'];
export type TicketStatus = Schemas['TicketStatus'];
export type Policy = Schemas['Policy'];
export type EffectivePolicy = Schemas['EffectivePolicy'];
export type OptionalTabs = Schemas['Tabs'];
export type ImportReport = Schemas['ImportReport'];
export type FactEvent = Extract<LiveEvent, { type: 'fact' }>;
export type Asset = Schemas['Asset'];
export type AssetPage = Schemas['AssetPage'];
export type Technician = Schemas['Technician'];
export type TechnicianList = Schemas['TechnicianList'];
export type TechnicianChange = Schemas['ChangeTechnician'];
export type CustomerPage = Schemas['CustomerPage'];
export type AssetGroup = Schemas['AssetGroup'];
export type AssetGroupPage = Schemas['AssetGroupPage'];
export type PolicyEntry = Schemas['PolicyEntry'];
export type WritePolicy = Schemas['WritePolicy'];
export type LiveChatSettings = Schemas['LiveChatSettings'];
export type Assignment = Schemas['Assignment'];
export type CannedReply = Schemas['CannedReply'];
export type SearchResults = Schemas['SearchResults'];

/** Which chats a list shows. */
export type Filter = 'all' | 'mine' | 'mine_unread' | 'unassigned';
export const FILTERS: readonly Filter[] = ['all', 'mine', 'mine_unread', 'unassigned'];
