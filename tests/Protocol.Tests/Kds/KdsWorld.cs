using System.Text;
using Mesh.Engine;
using Mesh.Engine.Feeds;
using Mesh.Protocol.Kds;

namespace Mesh.Protocol.Tests.Kds;

/// <summary>A feed with two types, <c>Mesh</c> and <c>MeshTimeout</c>.</summary>
internal sealed class KdsWorld
{
    public static readonly string[] Types = ["Mesh", "MeshTimeout"];

    public KdsWorld(bool isLoaded = true, int maxTombstones = 1000)
    {
        foreach (var type in Types)
        {
            KdsTypes.Register(Engine.Types, type);
        }

        Feed = new ResourceFeed(Engine, maxTombstones);
        if (isLoaded)
        {
            Feed.Complete();
        }
    }

    public ResourceEngine Engine { get; } = new();

    public ResourceFeed Feed { get; }

    public HeldResources Held { get; } = new();

    public void Put(string type, string name, string content = "1", string? exceptFor = null) =>
        Feed.Put(KdsTypes.Register(Engine.Types, type), name, Encoding.UTF8.GetBytes(content), exceptFor);

    public void Remove(string type, string name) => Feed.Remove(KdsTypes.Register(Engine.Types, type), name);

    public KdsLink Connect(bool isOurs = true, bool? withVersions = null, KdsOptions? options = null) =>
        new(Feed, "zone-1", Held, Types, isOurs, withVersions ?? isOurs, options);

    /// <summary>Version text of a content.</summary>
    public static string VersionOf(string content)
    {
        Span<byte> version = stackalloc byte[Mesh.Engine.Content.VersionId.ContentTextLength];
        Mesh.Engine.Content.VersionId.WriteContentText(Encoding.UTF8.GetBytes(content), default, version);
        return Encoding.UTF8.GetString(version);
    }
}
