using Mesh.Policies.Merging;
using Mesh.Policies.MeshTLS;

namespace Mesh.Policies.Tests.Merging;

/// <summary>Configurations as parts of keys.</summary>
public sealed class MergedConfTests
{
    [Fact]
    public void Equals_SameContent_IsTrue()
    {
        var left = MergedConf.Of(new MeshTLSConf { Mode = MeshTLSConf.Strict });
        var right = MergedConf.Of(new MeshTLSConf { Mode = MeshTLSConf.Strict });

        Assert.Equal(left, right);
        Assert.Equal(left.GetHashCode(), right.GetHashCode());
    }

    [Fact]
    public void Equals_OtherContent_IsFalse() =>
        Assert.NotEqual(
            MergedConf.Of(new MeshTLSConf { Mode = MeshTLSConf.Strict }), MergedConf.Of(new MeshTLSConf { Mode = MeshTLSConf.Permissive }));

    [Fact]
    public void As_Type_ReadsOnce()
    {
        var conf = MergedConf.Of(new MeshTLSConf { Mode = MeshTLSConf.Permissive });

        Assert.Equal(MeshTLSConf.Permissive, conf.As<MeshTLSConf>().Mode);
        Assert.Same(conf.As<MeshTLSConf>(), conf.As<MeshTLSConf>());
    }
}
