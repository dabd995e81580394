using CsCheck;
using Mesh.Engine;
using Mesh.Engine.Feeds;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Policies.Core;
using Mesh.Protocol.Kds;
using Mesh.Sync.Following;
using Mesh.Sync.Rules;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Sync.Tests;

public sealed class FeedPublisherTests
{
    private const string TravelsAs = "travels-as";
    private const int Names = 6;

    /// <summary>Which resource, and under whose name it travels; over the end: it is withdrawn.</summary>
    private static readonly Gen<(int Which, int As)[]> _steps = Gen.Select(Gen.Int[0, Names - 1], Gen.Int[0, Names]).Array[0, 60];

    private readonly ResourceDescriptor _kind = MeshCatalog.Create()[MeshServiceKind.Name];

    [Fact]
    public void Publish_ResourcesThatWantEachOthersNames_EachNameIsTakenByOneAndTheOthersWait() => _steps.Sample(
        steps =>
        {
            var feed = new ResourceFeed(new ResourceEngine());
            var type = KdsTypes.Register(feed.Engine.Types, _kind.Kind);
            var publisher = new FeedPublisher(
                feed, new Dictionary<string, ResourceType> { [_kind.Kind] = type }, new Renaming(), NullLogger.Instance);
            var wanted = new Dictionary<int, int>();
            foreach (var (which, name) in steps)
            {
                if (name == Names)
                {
                    publisher.Withdraw(Service(which, which).Key);
                    wanted.Remove(which);
                }
                else
                {
                    publisher.Publish(Service(which, name));
                    wanted[which] = name;
                }

                Assert.Equal(
                    Enumerable.Range(0, Names).Where(wanted.ContainsValue),
                    Enumerable.Range(0, Names).Where(one => feed.Contains(type, $"service-{one}.default")));
                Assert.Equal(wanted.Count - wanted.Values.Distinct().Count(), publisher.UnsendableCount);
                Assert.Equal(wanted.Values.Distinct().Count(), feed.Count(type));
            }
        },
        iter: 500);

    [Fact]
    public void Withdraw_NeverPublished_ChangesNothing()
    {
        var feed = new ResourceFeed(new ResourceEngine());
        var type = KdsTypes.Register(feed.Engine.Types, _kind.Kind);
        var publisher = new FeedPublisher(
            feed, new Dictionary<string, ResourceType> { [_kind.Kind] = type }, new Renaming(), NullLogger.Instance);
        publisher.Publish(Service(1, 2));

        publisher.Withdraw(Service(2, 2).Key);
        publisher.Withdraw(new ResourceKey("Unknown", "default", "x"));

        Assert.True(feed.Contains(type, "service-2.default"));
    }

    private Resource Service(int which, int name) => new()
    {
        Descriptor = _kind,
        Mesh = "default",
        Name = $"service-{which}",
        Spec = new MeshServiceSpec(),
        Labels = new Dictionary<string, string> { [TravelsAs] = $"service-{name}" },
    };

    private sealed class Renaming : IOutgoingRules
    {
        public SyncDirection Direction => SyncDirection.ZoneToGlobal;

        public OutgoingResource? Map(Resource resource) => new(resource with { Name = resource.Label(TravelsAs) }, null);
    }
}
