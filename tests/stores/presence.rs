//! Which rooms members look at.

use rand_chat::base::{MemberId, RoomId, SocketId};
use rand_chat::protocol::PresenceState::{Away, Here, Lost};

on_every_adapter! {
    async fn a_member_is_where_any_of_its_pages_looks(adapter: Adapter) {
        let processes = adapter.processes(2, &[]);
        let [here, there] = [&processes[0].presence, &processes[1].presence];
        let (member, room, other) = (MemberId::fresh(), RoomId::fresh(), RoomId::fresh());
        let [one, two] = [SocketId::fresh(), SocketId::fresh()];

        assert_eq!(here.of(member, room).await.unwrap(), Away);
        assert_eq!(here.look(member, one, room).await.unwrap(), Away);
        assert_eq!(here.look(member, one, room).await.unwrap(), Here);
        assert_eq!(there.look(member, two, room).await.unwrap(), Here);
        assert_eq!(there.of(member, room).await.unwrap(), Here);
        assert_eq!(there.of(member, other).await.unwrap(), Away);
        assert_eq!(there.of(MemberId::fresh(), room).await.unwrap(), Away);

        assert_eq!(here.look_away(member, one, room, true).await.unwrap(), Here, "another looks");
        assert_eq!(there.look_away(member, two, room, true).await.unwrap(), Lost);
        assert_eq!(here.of(member, room).await.unwrap(), Lost);
        assert_eq!(here.look(member, one, room).await.unwrap(), Lost, "it is back");
        assert_eq!(here.look_away(member, two, room, true).await.unwrap(), Here, "it did not look");
        assert_eq!(here.look_away(member, one, room, false).await.unwrap(), Away);
        assert_eq!(there.of(member, room).await.unwrap(), Away);
    }
}
