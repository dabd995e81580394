using Mesh.Engine.Content;
using Mesh.Engine.Snapshots;

namespace Mesh.Engine.Tests;

public sealed class ResourceEngineTests
{
    private readonly ResourceEngine _engine = new();
    private readonly ResourceType _clusters;
    private readonly ResourceType _endpoints;

    public ResourceEngineTests()
    {
        _clusters = _engine.Types.Register("type.googleapis.com/test.Cluster");
        _endpoints = _engine.Types.Register("type.googleapis.com/test.Endpoint");
    }

    [Fact]
    public void Register_SameUrl_SameType() =>
        Assert.Equal(_clusters, _engine.Types.Register("type.googleapis.com/test.Cluster"));

    [Fact]
    public void Intern_EqualInput_IsStoredOnce()
    {
        using var first = _engine.Intern(_clusters, "a", [1, 2, 3]);
        using var second = _engine.Intern(_clusters, "a", [1, 2, 3]);
        Assert.Equal(first.Ref, second.Ref);
        Assert.Equal(1, _engine.Counts.Resources);
    }

    [Fact]
    public void Intern_OtherNameTypeOrBytes_IsAnotherResource()
    {
        using var a = _engine.Intern(_clusters, "a", [1]);
        using var name = _engine.Intern(_clusters, "b", [1]);
        using var bytes = _engine.Intern(_clusters, "a", [2]);
        using var type = _engine.Intern(_endpoints, "a", [1]);
        Assert.Equal(4, new[] { a.Ref, name.Ref, bytes.Ref, type.Ref }.Distinct().Count());
        Assert.Equal(a.Version, name.Version);
        Assert.NotEqual(a.Version, bytes.Version);
    }

    [Fact]
    public void Dispose_LastHolder_FreesTheResource()
    {
        var resource = _engine.Intern(_clusters, "a", [1]);
        resource.Dispose();
        resource.Dispose();
        Assert.Equal(0, _engine.Counts.Resources);
        Assert.Equal(0, _engine.Counts.Names);
        Assert.Throws<ObjectDisposedException>(() => resource.Ref);
    }

    [Fact]
    public void Intern_AlsoVersionedBy_ChangesWithTheOther()
    {
        using var one = _engine.Intern(_clusters, "a", [1]);
        using var two = _engine.Intern(_clusters, "a", [2]);
        using var plain = _engine.Intern(_endpoints, "a", [9]);
        using var withOne = _engine.Intern(_endpoints, "a", [9], one);
        using var withTwo = _engine.Intern(_endpoints, "a", [9], two);
        using var again = _engine.Intern(_endpoints, "a", [9], one);
        Assert.Equal(3, new[] { plain.Version, withOne.Version, withTwo.Version }.Distinct().Count());
        Assert.Equal(withOne.Ref, again.Ref);
    }

    [Fact]
    public void InternVersioned_EqualVersions_CountAsEqual()
    {
        using var one = _engine.InternVersioned(_clusters, "a", [1], "issuer/1");
        using var two = _engine.InternVersioned(_clusters, "a", [2], "issuer/1");
        Assert.NotEqual(one.Ref, two.Ref);
        Assert.Equal(one.Version, two.Version);
        Assert.Equal(VersionId.OfText("issuer/1"u8), one.Version);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(20_000)]
    [InlineData(200_000)]
    public void DeltaField_AnyLength_IsTheEncodedResource(int length)
    {
        var message = new byte[length];
        new Random(1).NextBytes(message);
        using var resource = _engine.Intern(_clusters, "näme", message);
        var response = Google.Protobuf.CodedInputStream.CreateWithLimits(new MemoryStream(_engine.DeltaField(resource.Ref).ToArray()), int.MaxValue, 100);
        Assert.Equal(0x12u, response.ReadTag());
        var inner = response.ReadBytes().CreateCodedInput();
        Assert.True(response.IsAtEnd);
        Assert.Equal(0x0Au, inner.ReadTag());
        Assert.Equal(VersionId.OfText(System.Text.Encoding.UTF8.GetBytes(inner.ReadString())), resource.Version);
        Assert.Equal(0x1Au, inner.ReadTag());
        Assert.Equal("näme", inner.ReadString());
        Assert.Equal(0x12u, inner.ReadTag());
        var any = Google.Protobuf.WellKnownTypes.Any.Parser.ParseFrom(inner.ReadBytes());
        Assert.Equal("type.googleapis.com/test.Cluster", any.TypeUrl);
        Assert.Equal(message, any.Value.ToByteArray());
        Assert.True(inner.IsAtEnd);

        var state = new Google.Protobuf.CodedInputStream(_engine.StateField(resource.Ref).ToArray());
        Assert.Equal(0x12u, state.ReadTag());
        Assert.Equal(any, Google.Protobuf.WellKnownTypes.Any.Parser.ParseFrom(state.ReadBytes()));
        Assert.True(_engine.Message(resource.Ref).SequenceEqual(message));
    }

    [Fact]
    public void Build_EqualLists_ShareTheSlice()
    {
        using var builder = _engine.BeginSnapshot();
        using var one = builder.Add(_clusters, "b", [1]).Add(_clusters, "a", [2]).Build();
        using var two = builder.Add(_clusters, "a", [2]).Add(_clusters, "b", [1]).Build();
        Assert.Same(one[_clusters], two[_clusters]);
        Assert.Null(one[_endpoints]);
        Assert.Equal(1, _engine.Counts.Slices);
        Assert.True(one.HasSameResources(two));
    }

    [Fact]
    public void Build_SameNameTwice_LaterWins()
    {
        using var builder = _engine.BeginSnapshot();
        using var snapshot = builder.Add(_clusters, "a", [1]).Add(_clusters, "a", [2]).Build();
        var (_, resource) = Assert.Single(snapshot[_clusters]!);
        Assert.Equal([2], _engine.Message(resource).ToArray());
    }

    [Fact]
    public void CarryOver_Type_SharesTheSlice()
    {
        using var builder = _engine.BeginSnapshot();
        using var one = builder.Add(_clusters, "a", [1]).Add(_endpoints, "a", [1]).Build();
        using var two = builder.CarryOver(one, _clusters).Add(_endpoints, "a", [2]).Build();
        Assert.Same(one[_clusters], two[_clusters]);
        Assert.NotSame(one[_endpoints], two[_endpoints]);
    }

    [Fact]
    public void Fingerprint_OtherEngineAndOrder_IsTheSame()
    {
        var other = new ResourceEngine();
        other.Symbols.Acquire("b");
        var type = other.Types.Register("type.googleapis.com/test.Cluster");
        using var one = _engine.BeginSnapshot().Add(_clusters, "a", [1]).Add(_clusters, "b", [2]).Build();
        using var two = other.BeginSnapshot().Add(type, "a", [1]).Add(type, "b", [2]).Build();
        Assert.Equal(one[_clusters]!.Fingerprint, two[type]!.Fingerprint);
        Assert.Equal(one.Version, two.Version);
    }

    [Fact]
    public void Publish_EqualResources_WakesNobody()
    {
        var listener = new Listener();
        var cell = _engine.Attach("p", listener);
        using var one = _engine.BeginSnapshot().Add(_clusters, "a", [1]).Build();
        using var same = _engine.BeginSnapshot().Add(_clusters, "a", [1]).Build();
        using var other = _engine.BeginSnapshot().Add(_clusters, "a", [2]).Build();
        Assert.True(_engine.Publish("p", one));
        Assert.False(_engine.Publish("p", same));
        Assert.True(_engine.Publish("p", other));
        Assert.Equal(2, listener.Wakes);
        using var current = cell.Acquire();
        Assert.Same(other, current);
    }

    [Fact]
    public void Withdraw_LastSnapshot_FreesEverything()
    {
        using (var snapshot = _engine.BeginSnapshot().Add(_clusters, "a", [1]).Build())
        {
            _engine.Publish("p", snapshot);
        }

        Assert.Equal(1, _engine.Counts.Resources);
        _engine.Withdraw("p");
        Assert.Equal(new EngineCounts(0, 0, 0, 0, 0, 0), _engine.Counts);
    }

    [Fact]
    public void Detach_CellWithSnapshot_Stays()
    {
        var listener = new Listener();
        var cell = _engine.Attach("p", listener);
        using var snapshot = _engine.BeginSnapshot().Add(_clusters, "a", [1]).Build();
        _engine.Publish("p", snapshot);
        cell.Detach(listener);
        Assert.Equal(1, _engine.Counts.Proxies);
        Assert.Same(cell, _engine.Attach("p", listener));
        _engine.Withdraw("p");
        Assert.Equal(1, _engine.Counts.Proxies);
        cell.Detach(listener);
        Assert.Equal(0, _engine.Counts.Proxies);
    }

    [Fact]
    public async Task Publish_WhileReadersAcquire_NothingIsLostOrFreedEarly()
    {
        using var stop = new CancellationTokenSource();
        var listener = new Listener();
        var cell = _engine.Attach("p", listener);
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                using var snapshot = cell.Acquire();
                foreach (var (_, resource) in snapshot?[_clusters] ?? Enumerable.Empty<SliceEntry>())
                {
                    Assert.Equal(300, _engine.Message(resource).Length);
                }
            }
        })).ToArray();

        for (var i = 0; i < 3000; i++)
        {
            var message = new byte[300];
            BitConverter.TryWriteBytes(message, i);
            using var snapshot = _engine.BeginSnapshot().Add(_clusters, "a", message).Add(_clusters, "b", message).Build();
            _engine.Publish("p", snapshot);
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
        _engine.Withdraw("p");
        cell.Detach(listener);
        Assert.Equal(0, _engine.Counts.Resources);
        Assert.Equal(0, _engine.Counts.Slices);
    }

    private sealed class Listener : ISnapshotListener
    {
        public int Wakes { get; private set; }

        public void SnapshotChanged() => Wakes++;
    }
}
