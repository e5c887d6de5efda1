import { Chat } from '../lib/components/chat/Chat';

export default Chat;
