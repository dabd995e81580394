using CsCheck;
using Mesh.Load.Envoys;

namespace Mesh.Load.Tests.Envoys;

public sealed class NumberMapTests
{
    /// <summary>Any sequence of changes leaves what a dictionary has.</summary>
    [Fact]
    public void NumberMap_AnyChanges_HoldsWhatADictionaryHolds() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[-3, 1000]).Array[0, 300].Sample(changes =>
        {
            var map = default(NumberMap);
            var expected = new Dictionary<int, int>();
            foreach (var (key, value) in changes)
            {
                if (value < 0)
                {
                    map.Remove(key);
                    expected.Remove(key);
                }
                else
                {
                    map.Set(key, value);
                    expected[key] = value;
                }
            }

            var held = new Dictionary<int, int>();
            foreach (var (key, value) in map)
            {
                held.Add(key, value);
            }

            Assert.Equal(expected.Count, map.Count);
            Assert.Equal(expected.OrderBy(p => p.Key), held.OrderBy(p => p.Key));
            Assert.All(Enumerable.Range(1, 40), key => Assert.Equal(expected.ContainsKey(key), map.TryGet(key, out _)));
        });
}
