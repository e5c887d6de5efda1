import { Chat } from '../lib/components/Chat';

export default Chat;
