//! The kernel's body over plain words: no machine is needed to show that the body is right.

use super::body::kernel_body;

kernel_body!(operations,);

mod operations {
    use super::Group;

    pub(super) type Vector = [u64; 8];

    pub(super) type Turn = ();

    pub(super) const fn turn() -> Turn {}

    pub(super) fn load(group: &Group) -> Vector {
        group.as_flattened().try_into().unwrap()
    }

    pub(super) fn store(vector: Vector, group: &mut Group) {
        group.as_flattened_mut().copy_from_slice(&vector);
    }

    pub(super) fn xor(a: Vector, b: Vector) -> Vector {
        core::array::from_fn(|lane| a[lane] ^ b[lane])
    }

    pub(super) fn multiply_add(a: Vector, b: Vector) -> Vector {
        let low = |word| word & 0xffff_ffff;
        core::array::from_fn(|lane| {
            let product = low(a[lane]).wrapping_mul(low(b[lane])).wrapping_mul(2);
            a[lane].wrapping_add(b[lane]).wrapping_add(product)
        })
    }

    pub(super) fn rotate_32(a: Vector) -> Vector {
        a.map(|word| word.rotate_right(32))
    }

    pub(super) fn rotate_24(a: Vector) -> Vector {
        a.map(|word| word.rotate_right(24))
    }

    pub(super) fn rotate_16((): Turn, a: Vector) -> Vector {
        a.map(|word| word.rotate_right(16))
    }

    pub(super) fn rotate_63(a: Vector) -> Vector {
        a.map(|word| word.rotate_right(63))
    }

    fn pick(a: Vector, order: [u8; 8]) -> Vector {
        order.map(|lane| a[usize::from(lane)])
    }

    pub(super) fn row_next(a: Vector) -> Vector {
        pick(a, super::super::turns::ROW_NEXT)
    }

    pub(super) fn row_previous(a: Vector) -> Vector {
        pick(a, super::super::turns::ROW_PREVIOUS)
    }

    pub(super) fn row_opposite(a: Vector) -> Vector {
        pick(a, super::super::turns::ROW_OPPOSITE)
    }

    pub(super) fn column_next(a: Vector) -> Vector {
        pick(a, super::super::turns::COLUMN_NEXT)
    }

    pub(super) fn column_previous(a: Vector) -> Vector {
        pick(a, super::super::turns::COLUMN_PREVIOUS)
    }

    pub(super) fn column_opposite(a: Vector) -> Vector {
        pick(a, super::super::turns::COLUMN_OPPOSITE)
    }
}
