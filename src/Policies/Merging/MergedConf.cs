using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Model.Text;

namespace Mesh.Policies.Merging;

/// <summary>
/// One merged configuration and where it came from. Equal when content and origins are equal, so it can be part of a key
/// by which compiled resources are shared. Immutable.
/// </summary>
public sealed class MergedConf : IEquatable<MergedConf>
{
    private object? _value;
    private volatile Reduced? _reduced;

    internal MergedConf(JsonObject conf, IReadOnlyList<ConfOrigin> origins)
    {
        Json = conf.ToJsonString(ModelJson.Options);
        Hash = CanonicalJson.Hash(conf);
        Origins = origins;
    }

    /// <summary>The configuration as JSON, in the order of the policy's fields.</summary>
    public string Json { get; }

    /// <summary>Hash of the content; equal for equal content, whatever the order of fields was.</summary>
    public UInt128 Hash { get; }

    /// <summary>The entries that were merged, weakest first.</summary>
    public IReadOnlyList<ConfOrigin> Origins { get; }

    /// <summary>Several configurations as one, later ones over earlier ones.</summary>
    public static MergedConf Merge(IReadOnlyList<MergedConf> confs)
    {
        if (confs.Count == 1)
        {
            return confs[0];
        }

        var objects = new JsonObject[confs.Count];
        var origins = new List<ConfOrigin>();
        for (var i = 0; i < confs.Count; i++)
        {
            objects[i] = JsonNode.Parse(confs[i].Json)!.AsObject();
            origins.AddRange(confs[i].Origins);
        }

        return new MergedConf(ConfMerging.Default.Merge(objects), origins);
    }

    /// <summary>A configuration that no resource stands behind, for tests and built-in values.</summary>
    public static MergedConf Of(object conf) => new(JsonTree.ToObject(conf), []);

    /// <summary>The configuration as the record that the policy declares for it. Read once.</summary>
    /// <exception cref="JsonException">The content is not a <typeparamref name="T"/>.</exception>
    public T As<T>()
        where T : class
    {
        if (_value is T known)
        {
            return known;
        }

        var value = JsonSerializer.Deserialize<T>(Json, ModelJson.Options)!;
        _value = value;
        return value;
    }

    /// <summary>
    /// The configuration without some fields; itself when it has none of them. Kept for each list, which is compared by
    /// reference: all who ask for the same have one object.
    /// </summary>
    /// <param name="paths">Names of fields, those of objects inside with a dot, e.g. <c>http.requestTimeout</c>.</param>
    internal MergedConf Without(IReadOnlyList<string> paths)
    {
        if (paths.Count == 0)
        {
            return this;
        }

        for (var known = _reduced; known is not null; known = known.Next)
        {
            if (ReferenceEquals(known.Paths, paths))
            {
                return known.Conf;
            }
        }

        var conf = JsonNode.Parse(Json)!.AsObject();
        var isChanged = false;
        foreach (var path in paths)
        {
            isChanged |= Remove(conf, path);
        }

        var reduced = isChanged ? new MergedConf(conf, Origins) : this;
        _reduced = new Reduced(paths, reduced, _reduced);
        return reduced;
    }

    private static bool Remove(JsonObject conf, string path)
    {
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        return dot < 0
            ? conf.Remove(path)
            : conf[path[..dot]] is JsonObject inner && Remove(inner, path[(dot + 1)..]);
    }

    /// <inheritdoc/>
    public bool Equals(MergedConf? other)
    {
        if (ReferenceEquals(this, other))
        {
            return true;
        }

        if (other is null || Hash != other.Hash || Origins.Count != other.Origins.Count)
        {
            return false;
        }

        for (var i = 0; i < Origins.Count; i++)
        {
            if (!Origins[i].Equals(other.Origins[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as MergedConf);

    /// <inheritdoc/>
    public override int GetHashCode() => Hash.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Json;

    /// <summary>What is left without some fields. As many as there are kinds of drafts: a race only makes one again.</summary>
    private sealed record Reduced(IReadOnlyList<string> Paths, MergedConf Conf, Reduced? Next);
}
