using Mesh.Protocol.Ads;

namespace Mesh.Protocol.Tests.Ads;

/// <summary>Part F: order of writing, make before break; part I: removals by type; part K: sizes.</summary>
public sealed class DeltaOrderTests : DeltaFixture
{
    public DeltaOrderTests()
    {
        foreach (var name in new[] { "x", "z" })
        {
            Set(XdsTypes.Cluster, name, "1");
            Set(XdsTypes.Endpoint, name, "1");
        }

        Set(XdsTypes.Listener, "l", "1");
        Set(XdsTypes.Route, "r", "to x");
        Set(XdsTypes.Secret, "s", "1");
        Publish();
    }

    private void Start()
    {
        Subscribe(XdsTypes.Listener);
        Subscribe(XdsTypes.Secret, "s");
        Subscribe(XdsTypes.Route, "r");
        Subscribe(XdsTypes.Endpoint, "x", "z");
        Subscribe(XdsTypes.Cluster);
        Drain();
    }

    private void MoveFromXToY()
    {
        Drop(XdsTypes.Cluster, "x");
        Drop(XdsTypes.Endpoint, "x");
        Set(XdsTypes.Cluster, "y", "1");
        Set(XdsTypes.Endpoint, "y", "1");
        Set(XdsTypes.Route, "r", "to y");
        Publish();
    }

    [Fact]
    public void Delta_AllTypesChange_ParentsBeforeChildren()
    {
        Start();
        Set(XdsTypes.Secret, "s", "2");
        Set(XdsTypes.Route, "r", "2");
        Set(XdsTypes.Listener, "l", "2");
        Set(XdsTypes.Endpoint, "x", "22");
        Set(XdsTypes.Cluster, "x", "2");
        Publish();
        Assert.Equal(["cds +x", "eds +x", "lds +l", "rds +r", "sds +s"], ShowAll());
    }

    [Fact]
    public void Delta_TypesNotAskedFor_AreNotWaitedFor()
    {
        Subscribe(XdsTypes.Route, "r");
        Assert.Equal(["rds +r"], ShowAll());
        Set(XdsTypes.Route, "r", "2");
        Set(XdsTypes.Cluster, "x", "2");
        Publish();
        Assert.Equal(["rds +r"], ShowAll());
    }

    [Fact]
    public void Delta_RouteMoves_OldClusterGoesLast()
    {
        Start();
        MoveFromXToY();
        var clusters = ReadOne();
        Assert.Equal("cds +y", Show(clusters));
        Ack(clusters);
        Subscribe(XdsTypes.Endpoint, "y");
        var more = Read();
        Assert.Equal(["eds +y", "rds +r"], more.Select(Show));
        Assert.Empty(Read());
        more.ForEach(Ack);
        Assert.Equal(["cds -x", "eds -x"], ShowAll());
        Assert.Empty(Read());
    }

    [Fact]
    public void Delta_RouteUnanswered_OldClusterGoesAfterGrace()
    {
        Start();
        MoveFromXToY();
        Ack(ReadOne());
        Read();
        Assert.Empty(Read());
        Assert.Equal(Now + Options.RemovalGrace, Session.NextDeadline);
        Now += Options.RemovalGrace;
        Assert.Equal(["cds -x", "eds -x"], ShowAll());
    }

    [Fact]
    public void Delta_RouteRejected_OldClusterStays()
    {
        Start();
        MoveFromXToY();
        Ack(ReadOne());
        Nack(ReadOne(), "bad route");
        Now += 60_000;
        Assert.Empty(Read());
        Set(XdsTypes.Route, "r", "to y, better");
        Publish();
        Ack(ReadOne());
        Assert.Equal(["cds -x", "eds -x"], ShowAll());
    }

    [Fact]
    public void Delta_OnlyClusterGoes_NothingIsWaitedFor()
    {
        Start();
        Drop(XdsTypes.Cluster, "x");
        Drop(XdsTypes.Endpoint, "x");
        Publish();
        Assert.Equal(["cds -x", "eds -x"], ShowAll());
    }

    [Fact]
    public void Delta_LargeInitialState_AllClustersBeforeListeners()
    {
        Options = Options with { ResponseBudget = 1000 };
        Reopen();
        for (var i = 0; i < 40; i++)
        {
            Set(XdsTypes.Cluster, $"c{i}", new string('x', 200));
        }

        Publish();
        Subscribe(XdsTypes.Listener);
        Subscribe(XdsTypes.Cluster);
        var all = Read();
        Assert.InRange(all.Count, 8, 25);
        Assert.All(all, r => Assert.InRange(r.CalculateSize(), 0, 1300));
        Assert.Equal("lds +l", Show(all[^1]));
        Assert.All(all[..^1], r => Assert.Equal(XdsTypes.Cluster.Url, r.TypeUrl));
        Assert.Equal(42, all[..^1].Sum(r => r.Resources.Count));
    }

    [Fact]
    public void Delta_PublishedWhileChunksAreWritten_OldRoundEndsFirst()
    {
        Options = Options with { ResponseBudget = 1000 };
        Reopen();
        for (var i = 0; i < 20; i++)
        {
            Set(XdsTypes.Cluster, $"c{i}", new string('x', 200));
        }

        Publish();
        Subscribe(XdsTypes.Cluster);
        var writer = new System.Buffers.ArrayBufferWriter<byte>();
        Assert.True(Session.TryWrite(writer, Now));
        Set(XdsTypes.Cluster, "c0", "changed");
        Publish();
        var names = Read().SelectMany(r => r.Resources).Select(r => r.Name).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
        Now += Options.WindowTimeout;
        Assert.Equal(["cds +c0"], ShowAll());
    }

    [Fact]
    public void Delta_OneResourceOverBudget_IsSentAlone()
    {
        Options = Options with { ResponseBudget = 1000 };
        Reopen();
        Set(XdsTypes.Cluster, "huge", new string('x', 5000));
        Publish();
        Subscribe(XdsTypes.Cluster);
        Assert.Contains(Read(), r => Show(r) == "cds +huge");
    }

    [Fact]
    public void Delta_ResourceOverTheLimitOfGrpc_IsLeftOutAndTold()
    {
        Node.UserAgentName = "gRPC Go";
        Options = Options with { GrpcClientLimit = 3000 };
        Reopen();
        Set(XdsTypes.Cluster, "huge", new string('x', 5000));
        Publish();
        Subscribe(XdsTypes.Cluster, "huge", "x");
        Assert.Equal("cds +x", Show(ReadOne()));
        Assert.Equal(["huge"], TooLarge);
        Assert.Empty(Read());
    }

    [Fact]
    public void Delta_ListenerGone_IsRemovedAtOnce()
    {
        Set(XdsTypes.Listener, "m", "1");
        Publish();
        Start();
        Drop(XdsTypes.Listener, "m");
        Publish();
        Assert.Equal(["lds -m"], ShowAll());
    }

    [Fact]
    public void Delta_RouteGone_IsRemoved()
    {
        Start();
        Drop(XdsTypes.Route, "r");
        Publish();
        Assert.Equal(["rds -r"], ShowAll());
    }

    [Fact]
    public void Delta_AssignmentGoneClusterStays_IsEmptyNotRemoved()
    {
        Start();
        Drop(XdsTypes.Endpoint, "x");
        Publish();
        Assert.Equal(["eds +x"], ShowAll());
    }

    [Theory]
    [InlineData(1030u, false)]
    [InlineData(1031u, true)]
    [InlineData(1040u, true)]
    public void Delta_SecretMissing_OldEnvoyIsNotTold(uint version, bool told)
    {
        Node.UserAgentBuildVersion = new EnvoyApi.Config.Core.V3.BuildVersion
        {
            Version = new EnvoyApi.Type.V3.SemanticVersion { MajorNumber = version / 1000, MinorNumber = version % 1000 },
        };
        Subscribe(XdsTypes.Secret, "none");
        Assert.Equal(told ? ["sds -none"] : [], ShowAll());
        Set(XdsTypes.Secret, "none", "1");
        Publish();
        Assert.Equal(["sds +none"], ShowAll());
    }

    [Fact]
    public void Delta_FilterConfigGone_IsNeverRemoved()
    {
        Set(XdsTypes.ExtensionConfig, "e", "1");
        Publish();
        Subscribe(XdsTypes.ExtensionConfig, "e", "missing");
        Assert.Equal(["ecds +e"], ShowAll());
        Drop(XdsTypes.ExtensionConfig, "e");
        Publish();
        Assert.Empty(Read());
    }

    [Fact]
    public void Delta_RuntimeAndScopedRouteGone_AreRemoved()
    {
        Set(XdsTypes.Runtime, "layer", "1");
        Set(XdsTypes.ScopedRoute, "scope", "1");
        Publish();
        Subscribe(XdsTypes.Runtime, "layer");
        Subscribe(XdsTypes.ScopedRoute);
        Drain();
        Drop(XdsTypes.Runtime, "layer");
        Drop(XdsTypes.ScopedRoute, "scope");
        Publish();
        Assert.Equal(["other -scope", "rtds -layer"], ShowAll());
    }

    [Fact]
    public void Delta_RemovedNameAskedForAfterReconnect_IsRemovedEachTime()
    {
        for (var i = 0; i < 3; i++)
        {
            Reopen();
            Subscribe(XdsTypes.Route, "gone");
            Assert.Equal(["rds -gone"], ShowAll());
        }
    }

    [Fact]
    public void Delta_EverythingWouldGo_IsHeldBackUnlessMeant()
    {
        Start();
        DropAll(XdsTypes.Cluster);
        DropAll(XdsTypes.Endpoint);
        DropAll(XdsTypes.Listener);
        Publish();
        Now += 60_000;
        Read();
        Assert.Equal([XdsTypes.Cluster, XdsTypes.Listener], Emptied.Order(Comparer<XdsType>.Create((a, b) => string.CompareOrdinal(a.ShortName, b.ShortName))));
        Assert.True(Session.Status()[0].EmptyingHeldBack);
        Publish(mayBeEmptied: true);
        var all = Read().Select(Show).ToList();
        Assert.Contains("lds -l", all);
        Now += 60_000;
        Assert.Contains("cds -x -z", all.Concat(ShowAll()));
    }

    [Fact]
    public void Delta_ManyUpdatesWhileNotRead_OneResponse()
    {
        Start();
        for (var i = 0; i < 1000; i++)
        {
            Set(XdsTypes.Endpoint, "x", new string('x', (i % 7) + 2));
            Publish();
        }

        Assert.Equal(["eds +x"], ShowAll());
    }

    [Fact]
    public void Delta_SameContentPublishedAgain_IsSilent()
    {
        Start();
        var wakes = Wakes;
        Publish();
        Assert.Equal(wakes, Wakes);
        Assert.Empty(Read());
    }
}
