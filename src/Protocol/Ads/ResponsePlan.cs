using Mesh.Engine.Content;
using Mesh.Engine.Symbols;

namespace Mesh.Protocol.Ads;

/// <summary>The content of one response, chosen before it is written so that its length is known. Scratch space, one per thread.</summary>
internal sealed class ResponsePlan
{
    [ThreadStatic]
    private static ResponsePlan? _ofThread;

    private readonly List<ResourceRef> _new = [];
    private bool _isFullState;

    public static ResponsePlan OfThread => _ofThread ??= new ResponsePlan();

    public List<ResourceRef> Resources { get; } = [];

    /// <summary>Of the resources those that are not what the client has already: all, unless the whole set is told because one of it changed.</summary>
    public List<ResourceRef> New => _isFullState ? _new : Resources;

    /// <summary>Load assignments without endpoints, for clusters that have none of their own.</summary>
    public List<SentName> Empty { get; } = [];

    /// <summary>Names to remove; each holds a reference until what waits for the answer has its own.</summary>
    public List<Symbol> Removed { get; } = [];

    public List<Symbol> Missing { get; } = [];

    /// <summary>What is said of which name; filled when it is written.</summary>
    public List<SentName> Sent { get; } = [];

    /// <summary>Bytes of the parts above, estimated from above for all but the resources.</summary>
    public long Size { get; set; }

    /// <summary>Round of a search for the rejected resource that this response belongs to.</summary>
    public int Round { get; set; }

    public bool HasNewClusters { get; set; }

    /// <summary>Whether the client has the whole target once this is written.</summary>
    public bool CompletesTarget { get; set; }

    /// <summary>Last name of the target that this takes care of.</summary>
    public Symbol Cursor { get; set; }

    public int NameCount => Resources.Count + Empty.Count + Removed.Count;

    /// <summary>The whole set is told; what is new of it is said by <see cref="AddNew"/>.</summary>
    public void ResetToFullState()
    {
        Reset();
        _isFullState = true;
    }

    /// <summary>A resource of a full state is not what the client has already.</summary>
    public void AddNew(ResourceRef resource) => _new.Add(resource);

    public void Reset()
    {
        _isFullState = false;
        _new.Clear();
        Resources.Clear();
        Empty.Clear();
        Removed.Clear();
        Missing.Clear();
        Sent.Clear();
        Size = 0;
        Round = 0;
        HasNewClusters = false;
        CompletesTarget = false;
        Cursor = Symbol.None;
    }
}
