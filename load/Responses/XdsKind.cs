using System.Collections.Immutable;
using System.Text;
using Mesh.Protocol.Ads;

namespace Mesh.Load.Responses;

/// <summary>A resource type as a virtual Envoy asks for it.</summary>
internal sealed class XdsKind
{
    public static readonly XdsKind Cluster = new(0, XdsTypes.Cluster, isWildcard: true);
    public static readonly XdsKind Endpoint = new(1, XdsTypes.Endpoint, isWildcard: false);
    public static readonly XdsKind Listener = new(2, XdsTypes.Listener, isWildcard: true);
    public static readonly XdsKind Route = new(3, XdsTypes.Route, isWildcard: false);
    public static readonly XdsKind Secret = new(4, XdsTypes.Secret, isWildcard: false);

    /// <summary>All of them, in the order in which an Envoy opens them.</summary>
    public static readonly ImmutableArray<XdsKind> All = [Cluster, Endpoint, Listener, Route, Secret];

    private XdsKind(int index, XdsType type, bool isWildcard)
    {
        Index = index;
        Name = type.ShortName;
        Url = Encoding.UTF8.GetBytes(type.Url);
        IsWildcard = isWildcard;
    }

    /// <summary>Place in <see cref="All"/>.</summary>
    public int Index { get; }

    /// <summary><c>cds</c>, <c>eds</c>, ...</summary>
    public string Name { get; }

    /// <summary>Type URL, UTF-8.</summary>
    public byte[] Url { get; }

    /// <summary>Whether all of the type are asked for, instead of names.</summary>
    public bool IsWildcard { get; }

    /// <summary>The kind of a type URL; null: no Envoy here asks for it.</summary>
    public static XdsKind? Find(ReadOnlySpan<byte> url)
    {
        foreach (var kind in All)
        {
            if (url.SequenceEqual(kind.Url))
            {
                return kind;
            }
        }

        return null;
    }

    /// <summary>The kind of a short name; null: there is none.</summary>
    public static XdsKind? Find(string name) => All.FirstOrDefault(kind => kind.Name == name);
}
