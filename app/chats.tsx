import { ChatsScreen } from '../lib/components/chats/ChatsScreen';

export default ChatsScreen;
