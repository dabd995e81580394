using Mesh.Engine;
using Mesh.Protocol.Ads;

namespace Mesh.Protocol.Tests.Ads;

/// <summary>Which types of a stream are looked at; more of them than there are bits, too.</summary>
public sealed class ChannelTableTests
{
    private const int Many = 70;

    private readonly ResourceEngine _engine = new();
    private readonly XdsTypes _types;
    private ChannelTable _table = new();

    public ChannelTableTests() => _types = new XdsTypes(_engine);

    [Fact]
    public void Insert_InAnyOrder_KeepsTheOrderOfWriting()
    {
        foreach (var order in new[] { 3, 1, 2, 1 })
        {
            Insert(order, $"{order}.{_table.Count}");
        }

        Assert.Equal(["1.1", "1.3", "2.2", "3.0"], _table.All.ToArray().Select(entry => entry.Rules.Url));
        Assert.Equal(2, _table.PlaceOf("2.2"u8));
        Assert.Equal(3, _table.PlaceOf(_table.All[3].Rules));
        Assert.Equal(-1, _table.PlaceOf("4"u8));
    }

    [Fact]
    public void Rest_OfChannelsThatHaveNothingToWrite_EndsWithTheOneThatIsStirred()
    {
        Fill();
        Assert.True(_table.AreAtRest());
        for (var place = 0; place < Many; place++)
        {
            Assert.False(_table.IsStirred(place));
            _table[place].AnswerDue = true;
            // What nobody told is not looked for.
            Assert.True(_table.AreAtRest());
            _table.Stir(place);
            Assert.True(_table.IsStirred(place));
            Assert.False(_table.AreAtRest());
            _table[place].AnswerDue = false;
            Assert.True(_table.AreAtRest());
        }
    }

    [Fact]
    public void Midway_OfAStirredChannel_IsSeenAtEveryPlace()
    {
        Fill();
        Assert.True(_table.AreAtRest());
        var symbol = _engine.Symbols.Acquire("name");
        for (var place = 0; place < Many; place++)
        {
            _table[place].Cursor = symbol;
            _table.Stir(place);
            Assert.True(_table.IsMidway());
            _table[place].Cursor = default;
            Assert.False(_table.IsMidway());
            Assert.True(_table.AreAtRest());
        }
    }

    [Fact]
    public void Unanswered_ResponseOfAnyPlace_IsSeenUntilItsAnswer()
    {
        Fill();
        Assert.False(_table.IsUnanswered());
        for (var place = 0; place < Many; place++)
        {
            _table[place].Acks.Add(new SentResponse { Nonce = 1 }, []);
            _table.Sent(place);
            Assert.True(_table.IsUnanswered());
            Assert.True(_table[place].Acks.TryTake(1, out var response));
            _table[place].Acks.Forget(response);
            Assert.False(_table.IsUnanswered());
        }
    }

    [Fact]
    public void Insert_BeforeOthers_LosesNothingOfWhatTheyHaveToSay()
    {
        Insert(5, "behind");
        Assert.True(_table.AreAtRest());
        _table[0].AnswerDue = true;
        _table.Stir(0);
        Insert(1, "before");
        Assert.False(_table.AreAtRest());
        Assert.True(_table.IsStirred(1));
        Assert.False(_table.IsStirred(0));
    }

    private void Fill()
    {
        for (var i = 0; i < Many; i++)
        {
            Insert(i, $"{i}");
        }
    }

    private void Insert(int order, string url) =>
        _table.Insert(new TypeChannel(_engine, _types.Sent, new XdsType { Url = url, ShortName = url, Order = order }, null));
}
