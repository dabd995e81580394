using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Sync.Applying;
using Mesh.Sync.Names;

namespace Mesh.Zone.Sync;

/// <summary>
/// The first deliveries of a stream, collected until they can be judged as one: whether Global has emptied, is older, or is another one shows only in all of
/// them together. Not safe for concurrent use.
/// </summary>
/// <param name="inbox">Knows what is stored from Global.</param>
/// <param name="catalog">All kinds, of which the zone may have something in a mesh.</param>
internal sealed class FirstSync(SyncInbox inbox, ResourceCatalog catalog)
{
    private readonly Dictionary<string, List<SyncDelivery>> _collected = new(StringComparer.Ordinal);
    private readonly List<(SyncDelivery Delivery, TaskCompletionSource<SyncResult> Answer)> _answers = [];
    private readonly HashSet<ResourceKey> _stored = [];
    private readonly HashSet<ResourceKey> _lost = [];
    private readonly HashSet<string> _goneMeshes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _awaited = new(StringComparer.Ordinal);
    private string? _cluster;

    /// <summary>Whether anything that Global sent is stored: else there is nothing to lose and nothing to judge.</summary>
    public bool HasAnything => _stored.Count > 0;

    /// <summary>Whether every kind of which something is stored has been answered.</summary>
    public bool IsComplete => _awaited.Count == 0;

    /// <summary>What came has been followed, although kinds were missing that are stored: these are judged when they come.</summary>
    public bool IsLate { get; private set; }

    /// <summary>Deliveries that wait for their answer.</summary>
    public int CollectedCount => _answers.Count;

    /// <summary>Finds out what is stored.</summary>
    public async ValueTask BeginAsync(IReadOnlyList<ResourceDescriptor> kinds, CancellationToken cancellationToken)
    {
        foreach (var kind in kinds)
        {
            var resources = await inbox.OfPeerAsync(kind, cancellationToken).ConfigureAwait(false);
            if (resources.Count > 0)
            {
                _awaited.Add(kind.Kind);
                _stored.UnionWith(resources.Select(resource => resource.Key));
                _cluster ??= kind.Kind == ConfigKind.Name && resources.FirstOrDefault(IsClusterId) is { } config ? IdOf(config) : null;
            }
        }
    }

    /// <summary>Whether a delivery is to be judged before it is applied.</summary>
    public bool Collects(SyncDelivery delivery) => !IsLate || _awaited.Contains(delivery.Kind.Kind);

    /// <summary>Takes a delivery.</summary>
    /// <returns>Completes with its answer.</returns>
    public Task<SyncResult> AddAsync(SyncDelivery delivery)
    {
        var kind = delivery.Kind.Kind;
        if (!_collected.TryGetValue(kind, out var deliveries))
        {
            _collected[kind] = deliveries = [];
        }

        deliveries.Add(delivery);
        if (delivery.MoreFollows)
        {
            // The next part comes only when this one is answered. Should the whole be held back, what is stored tells the peer on the next stream.
            return Task.FromResult(new SyncResult());
        }

        _awaited.Remove(kind);
        var answer = new TaskCompletionSource<SyncResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _answers.Add((delivery, answer));
        return answer.Task;
    }

    /// <summary>
    /// What following it would take away, meshes with everything from Global that is in them, by kind; how much there is; and how much of the zone's own would
    /// go with the meshes. What was followed of this stream before counts too.
    /// </summary>
    public async ValueTask<(IReadOnlyDictionary<string, int> Lost, int Stored, int Own)> LossesAsync(CancellationToken cancellationToken)
    {
        foreach (var delivery in _collected.Values.SelectMany(deliveries => deliveries))
        {
            _lost.UnionWith(await inbox.GoneAsync(delivery, cancellationToken).ConfigureAwait(false));
        }

        _lost.IntersectWith(_stored);
        var meshes = _lost.Where(key => key.Kind == MeshKind.Name).Select(key => key.Name).ToHashSet(StringComparer.Ordinal);
        var own = 0;
        if (meshes.Count > 0)
        {
            _lost.UnionWith(_stored.Where(key => meshes.Contains(key.Mesh)));
            foreach (var kind in catalog.All.Where(kind => kind.Scope == ResourceScope.Mesh))
            {
                own += await inbox.CountOwnAsync(kind, meshes, cancellationToken).ConfigureAwait(false);
            }
        }

        return (_lost.CountBy(key => key.Kind).ToDictionary(StringComparer.Ordinal), _stored.Count, own);
    }

    /// <summary>Cluster id that is stored, where a delivery brings another one; else null.</summary>
    public string? FormerCluster()
    {
        var incoming = _collected.GetValueOrDefault(ConfigKind.Name)?.SelectMany(delivery => delivery.Resources).FirstOrDefault(IsClusterId);
        return incoming is not null && IdOf(incoming) != _cluster ? _cluster : null;
    }

    /// <summary>
    /// Whether a mesh that following it took away is back with a later delivery. What is in it may count as held for Global, which compared it when the mesh
    /// was back, while it went here with the mesh: only a comparison anew brings it back.
    /// </summary>
    public bool BringsBack(SyncDelivery delivery) =>
        delivery.Kind.Kind == MeshKind.Name && delivery.Resources.Any(mesh => _goneMeshes.Contains(mesh.Name));

    /// <summary>
    /// Follows it: meshes first. Others need them, and what is gone of them must not take with it what was sent after it: a mesh that was made anew
    /// meanwhile comes with the next delivery, and what is in it waits for that.
    /// </summary>
    /// <returns>Whether it has to be compared anew: see <see cref="BringsBack"/>.</returns>
    public async Task<bool> FollowAsync(CancellationToken cancellationToken)
    {
        var results = new Dictionary<SyncDelivery, SyncResult>(ReferenceEqualityComparer.Instance);
        var compareAgain = false;
        foreach (var delivery in InOrder())
        {
            compareAgain |= BringsBack(delivery);
            if (delivery.Kind.Kind == MeshKind.Name)
            {
                _goneMeshes.UnionWith((await inbox.GoneAsync(delivery, cancellationToken).ConfigureAwait(false)).Select(key => key.Name));
            }

            results[delivery] = await inbox.ApplyAsync(delivery, cancellationToken).ConfigureAwait(false);
        }

        foreach (var (delivery, answer) in _answers)
        {
            answer.TrySetResult(results[delivery]);
        }

        // Lives as long as the stream: for meshes that come back, and for kinds that are late.
        IsLate = !IsComplete;
        _collected.Clear();
        _answers.Clear();
        return compareAgain;
    }

    /// <summary>Answers every delivery alike, and applies none.</summary>
    public void Answer(string error)
    {
        foreach (var (_, answer) in _answers)
        {
            answer.TrySetResult(new SyncResult { Error = error });
        }
    }

    /// <summary>Gives every delivery up that waits for its answer.</summary>
    public void Abandon(Exception? fault)
    {
        foreach (var (_, answer) in _answers)
        {
            _ = fault is null ? answer.TrySetCanceled() : answer.TrySetException(fault);
        }
    }

    private IEnumerable<SyncDelivery> InOrder() =>
        _collected.OrderBy(pair => pair.Key != MeshKind.Name).ThenBy(pair => pair.Key, StringComparer.Ordinal).SelectMany(pair => pair.Value);

    private static bool IsClusterId(Resource resource) => resource.Name == SyncedNames.ClusterId;

    private static string IdOf(Resource config) => config.SpecAs<ConfigSpec>().Config ?? "";
}
